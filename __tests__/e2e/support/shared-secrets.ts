/** SharedExternalSecrets, what control planes read by them, and roles of another account that stores go on to. */
import { z } from 'zod';
import type { Account } from '../../../sandbox/aws/index.ts';
import { waitFor } from '../../../sandbox/kubernetes/wait.ts';
import type { Scene } from './scene.ts';

const SECRETS = 'sharedexternalsecrets.spaces.upbound.io';

/** The `data`, `dataFrom` and `secretStoreRef` of an ExternalSecret. */
export type SecretSpec = Readonly<Record<string, unknown>>;

/** An ExternalSecret that reads these keys through a store. */
export function keysFrom(store: string, ...keys: readonly string[]): SecretSpec {
  return {
    secretStoreRef: { kind: 'ClusterSecretStore', name: store },
    data: keys.map((key, index) => ({ secretKey: `key-${index}`, remoteRef: { key } })),
  };
}

/** A SharedExternalSecret in group `team-a`, for control planes by name; waits until Spaces has said how it is. */
export async function addSecret(
  { world }: Scene,
  name: string,
  controlPlanes: readonly string[],
  externalSecretSpec: SecretSpec,
): Promise<void> {
  const secret = {
    apiVersion: 'spaces.upbound.io/v1alpha1',
    kind: 'SharedExternalSecret',
    metadata: { name, namespace: 'team-a' },
    spec: {
      controlPlaneSelector: { names: controlPlanes },
      namespaceSelector: { names: ['default'] },
      externalSecretSpec,
    },
  };
  await world.kubectl(['apply', '-f', '-'], JSON.stringify(secret));
  const status = ['get', SECRETS, name, '-n', 'team-a', '-o', 'jsonpath={.status}'];
  const isTold = async (): Promise<boolean> => (await world.kubectl(status)).includes('provisioned');
  await waitFor({ what: `a status of secret ${name}`, timeoutMs: 30_000, check: isTold });
}

export async function deleteSecret({ world }: Scene, name: string): Promise<void> {
  await world.kubectl(['delete', SECRETS, name, '-n', 'team-a']);
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
  const get = ['get', SECRETS, name, '-n', 'team-a', '-o', 'jsonpath={.status}'];
  const { provisioned, failed } = statusSchema.parse(JSON.parse(await world.kubectl(get)));
  return {
    ...Object.fromEntries(provisioned.map(({ controlPlane }) => [controlPlane, 'provisioned'])),
    ...Object.fromEntries(failed.map((one) => [one.controlPlane, one.conditions[0]?.message ?? ''])),
  };
}
