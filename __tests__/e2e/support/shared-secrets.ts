/** SharedSecretStores and SharedExternalSecrets, what control planes read by them, and roles of another account that stores go on to. */
import { z } from 'zod';
import type { Account } from '../../../sandbox/aws/index.ts';
import { waitFor } from '../../../sandbox/kubernetes/wait.ts';
import type { Scene } from './scene.ts';

const RESOURCES = {
  SharedSecretStore: 'sharedsecretstores.spaces.upbound.io',
  SharedExternalSecret: 'sharedexternalsecrets.spaces.upbound.io',
} as const;

/** The `data`, `dataFrom` and `secretStoreRef` of an ExternalSecret. */
export type SecretSpec = Readonly<Record<string, unknown>>;

/** An ExternalSecret that reads these keys through a store. */
export function keysFrom(store: string, ...keys: readonly string[]): SecretSpec {
  return {
    secretStoreRef: { kind: 'ClusterSecretStore', name: store },
    data: keys.map((key, index) => ({ secretKey: `key-${index}`, remoteRef: { key } })),
  };
}

/** Control planes by name or by a selector. */
type ControlPlanes = readonly string[] | { readonly labelSelectors: readonly object[] };

/** A SharedSecretStore of AWS in group `team-a`; waits until Spaces has said how it is. */
export async function addStore(
  { world }: Scene,
  name: string,
  controlPlanes: ControlPlanes,
  aws: object = {},
): Promise<void> {
  const provider = { aws: { region: 'eu-central-1', service: 'SecretsManager', ...aws } };
  await addShared(world, 'SharedSecretStore', name, controlPlanes, { provider });
}

/** A SharedExternalSecret in group `team-a`; waits until Spaces has said how it is. */
export async function addSecret(
  { world }: Scene,
  name: string,
  controlPlanes: ControlPlanes,
  externalSecretSpec: SecretSpec,
): Promise<void> {
  await addShared(world, 'SharedExternalSecret', name, controlPlanes, { externalSecretSpec });
}

async function addShared(
  world: Scene['world'],
  kind: keyof typeof RESOURCES,
  name: string,
  controlPlanes: ControlPlanes,
  more: object,
): Promise<void> {
  const shared = {
    apiVersion: 'spaces.upbound.io/v1alpha1',
    kind,
    metadata: { name, namespace: 'team-a' },
    spec: {
      controlPlaneSelector: 'labelSelectors' in controlPlanes ? controlPlanes : { names: controlPlanes },
      namespaceSelector: { names: ['default'] },
      ...more,
    },
  };
  await world.kubectl(['apply', '-f', '-'], JSON.stringify(shared));
  const status = ['get', RESOURCES[kind], name, '-n', 'team-a', '-o', 'jsonpath={.status}'];
  const isTold = async (): Promise<boolean> => (await world.kubectl(status)).includes('provisioned');
  await waitFor({ what: `a status of ${kind} ${name}`, timeoutMs: 30_000, check: isTold });
}

/** Waits until Spaces says that a store of group `team-a` does not work in this control plane. */
export async function untilStoreFails({ world }: Scene, name: string, controlPlane: string): Promise<void> {
  const get = ['get', RESOURCES.SharedSecretStore, name, '-n', 'team-a', '-o', 'jsonpath={.status}'];
  const hasFailed = async (): Promise<boolean> => {
    const { failed } = statusSchema.parse(JSON.parse(await world.kubectl(get)));
    return failed.some((one) => one.controlPlane === controlPlane);
  };
  await waitFor({ what: `store ${name} to fail in ${controlPlane}`, timeoutMs: 30_000, check: hasFailed });
}

export async function deleteStore({ world }: Scene, name: string): Promise<void> {
  await world.kubectl(['delete', RESOURCES.SharedSecretStore, name, '-n', 'team-a']);
}

/**
 * What a control plane of group `team-a` reads now through all its stores, by key: the value, or `!` and what AWS says. The
 * credentials are those that its pods have; the agent keeps them (`scene.world.agent.forget()` ends that).
 */
export async function readBy(
  { world }: Scene,
  controlPlane: string,
): Promise<Readonly<Record<string, string>>> {
  const outcomes = await world.readSecrets('team-a', controlPlane);
  return Object.fromEntries(outcomes.map(({ key, value, error = '' }) => [key, value ?? `! ${error}`]));
}

/** Another account with a role that reads all of its secrets and takes a principal, with an external id or without. */
export function otherAccount(
  { world }: Scene,
  { account = '444455556666', principal, externalId }: OtherAccount,
): { readonly account: Account; readonly roleArn: string } {
  const opened = world.aws.addAccount(account);
  const Condition = externalId === undefined ? {} : { StringEquals: { 'sts:ExternalId': externalId } };
  const trust = {
    Effect: 'Allow',
    Principal: { AWS: principal },
    Action: ['sts:AssumeRole', 'sts:TagSession'],
  };
  const read = { Effect: 'Allow', Action: ['secretsmanager:*', 'ssm:*'], Resource: '*' };
  const { arn: roleArn } = opened.iam.createRole({
    roleName: 'shared-reader',
    trustPolicy: { Version: '2012-10-17', Statement: [{ ...trust, Condition }] },
    inlinePolicies: { read: { Version: '2012-10-17', Statement: [read] } },
  });
  return { account: opened, roleArn };
}

interface OtherAccount {
  readonly account?: string;
  /** ARN of the role that may go on to it. */
  readonly principal: string;
  readonly externalId?: string;
}

const statusSchema = z.object({
  provisioned: z.array(z.object({ controlPlane: z.string() })).default([]),
  failed: z
    .array(z.object({ controlPlane: z.string(), conditions: z.array(z.object({ message: z.string() })) }))
    .default([]),
});

/** What Spaces says of a SharedExternalSecret, by control plane: `provisioned`, or why not. */
export async function statusOfSecret(
  { world }: Scene,
  name: string,
): Promise<Readonly<Record<string, string>>> {
  const get = ['get', RESOURCES.SharedExternalSecret, name, '-n', 'team-a', '-o', 'jsonpath={.status}'];
  const { provisioned, failed } = statusSchema.parse(JSON.parse(await world.kubectl(get)));
  return {
    ...Object.fromEntries(provisioned.map(({ controlPlane }) => [controlPlane, 'provisioned'])),
    ...Object.fromEntries(failed.map((one) => [one.controlPlane, one.conditions[0]?.message ?? ''])),
  };
}
