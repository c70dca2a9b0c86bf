/** What the tests of the fleet share: configurations, clusters, refusals. */
import { readFleetConfig } from '../../src/fleet/config.ts';
import type { FoundFleet } from '../../src/fleet/entries.ts';
import { Failure, type FailureReason } from '../../src/model/failure.ts';
import type { AccountView, FleetConfig, FoundCluster, Refusal } from '../../src/model/fleet.ts';

export const ACCOUNTS = ['111122223333', '444455556666'] as const;
export const roleIn = (account: string, name = 'reader'): string => `arn:aws:iam::${account}:role/${name}`;

export type Texts = Readonly<Record<string, string>>;

export function configOf(texts: Texts = {}): FleetConfig {
  const all: Texts = { regions: 'eu-central-1', ...texts };
  return readFleetConfig((name) => all[name] ?? '', '1234');
}

/** What is said about bad inputs, line by line; empty when nothing is wrong. */
export function problemsOf(texts: Texts): readonly string[] {
  try {
    configOf(texts);
    return [];
  } catch (error) {
    if (!(error instanceof Failure) || error.reason !== 'invalid-input') throw error;
    return error.details.said
      .split('\n')
      .slice(1)
      .map((line) => line.replace(/^ {2}- /, ''));
  }
}

export function found(name: string, more: Partial<FoundCluster> = {}): FoundCluster {
  const { account = ACCOUNTS[0], region = 'eu-central-1', partition = 'aws' } = more;
  const arn = `arn:${partition}:eks:${region}:${account}:cluster/${name}`;
  return { name, arn, region, account, partition, status: 'ACTIVE', version: '1.35', tags: {}, ...more };
}

export function failure(reason: FailureReason = 'access-denied', said = 'AccessDenied: no'): Failure {
  return new Failure(reason, { tried: 'look', said, next: 'Allow it.' });
}

export function refusal(more: Partial<Refusal> = {}): Refusal {
  return { account: ACCOUNTS[0], region: 'eu-central-1', cluster: '', failure: failure(), ...more };
}

export function view(more: Partial<AccountView> = {}): AccountView {
  const clusters = more.clusters ?? [];
  return { role: roleIn(ACCOUNTS[0]), clusters, refusals: [], looks: clusters.length, ...more };
}

/** A fleet of so many clusters with names of a length. */
export function fleetOfSize(count: number, length = 10): FoundFleet {
  const members = Array.from({ length: count }, (_, n) => {
    const cluster = `${n}-`.padEnd(length, 'x');
    const cell = { cluster, region: 'eu-central-1', account: ACCOUNTS[0], role: '', label: cluster };
    return { entry: cell, found: found(cluster) };
  });
  return { members, unreachable: [] };
}
