/** All that the account holds, and the moment that its readers see. */
import { Eks } from './eks/eks.ts';
import { Faults } from './faults.ts';
import { Iam, type Place } from './iam/iam.ts';
import { IssuerKeys } from './issuer-keys.ts';
import { AccessKeys } from './principals.ts';
import type { RecordedCall } from './record.ts';
import { defaultSettings, type Settings } from './settings.ts';
import { parameterArn, secretArn, Store } from './stores/store.ts';

export interface StartAwsOptions {
  account: string;
  region: string;
  partition?: string;
  /** Takes one line for each call. */
  log?: (line: string) => void;
  settings?: Partial<Settings>;
  /** The clock, in milliseconds since the epoch; tests hand in one that they turn. */
  now?: () => number;
}

/** What is each account's own. */
interface Holdings extends Place {
  iam: Iam;
  eks: Eks;
  secrets: Store;
  parameters: Store;
}

/** All that the stand-in knows, as the operations see it from one account. */
export interface State extends Holdings {
  settings: Settings;
  now: () => number;
  /** By account id, this one too; keys, faults, settings and the record are common to all. */
  accounts: Map<string, State>;
  /** This account in the regions that it was seen in, by name; IAM and the stores are the same in all. */
  regions: Map<string, State>;
  keys: AccessKeys;
  issuerKeys: IssuerKeys;
  faults: Faults;
  calls: RecordedCall[];
  /** Those of the cluster's own workloads, kept apart. */
  workloadCalls: RecordedCall[];
  log: (line: string) => void;
}

export function createState(options: StartAwsOptions): State {
  const place = { account: options.account, region: options.region, partition: options.partition ?? 'aws' };
  const settings = { ...defaultSettings, ...options.settings };
  const clock = options.now ?? Date.now;
  const now = (): number => clock() + settings.clockAheadMs;
  const keys = new AccessKeys();
  const state: State = {
    ...holdings(place, keys, now),
    now,
    settings,
    accounts: new Map(),
    regions: new Map(),
    keys,
    issuerKeys: new IssuerKeys(),
    faults: new Faults(),
    calls: [],
    workloadCalls: [],
    log: options.log ?? (() => undefined),
  };
  state.accounts.set(place.account, state);
  state.regions.set(place.region, state);
  return state;
}

function holdings(place: Place, keys: AccessKeys, now: () => number): Holdings {
  return {
    ...place,
    iam: new Iam(place, keys, now),
    eks: new Eks(place, now),
    secrets: new Store((name) => secretArn(place, name), now),
    parameters: new Store((name) => parameterArn(place, name), now),
  };
}

/** Opens another account of the same partition, at home in the same region. */
export function addAccount(state: State, account: string): State {
  const place = { account, region: state.region, partition: state.partition };
  const added: State = { ...state, ...holdings(place, state.keys, state.now), regions: new Map() };
  state.accounts.set(account, added);
  added.regions.set(place.region, added);
  return added;
}

/** An account as a region has it: clusters are in one region alone. */
export function stateIn(state: State, region: string): State {
  const known = state.regions.get(region);
  if (known !== undefined) return known;
  const place = { account: state.account, region, partition: state.partition };
  const made: State = { ...state, ...place, eks: new Eks(place, state.now) };
  state.regions.set(region, made);
  return made;
}

/** The account that an ARN names; undefined for one that is not here. */
export function accountOf(state: State, arn: string): State | undefined {
  return state.accounts.get(arn.split(':')[4] ?? '');
}

/** Those who sign tokens go by the machine's clock, also when the account's is ahead. */
export function signersTime({ now, settings }: State): number {
  return now() - settings.clockAheadMs;
}

/** The moment that STS and EKS see: they lag behind IAM by the propagation time. */
export function visibleMoment(state: State): number {
  return state.now() - state.settings.propagationMs;
}
