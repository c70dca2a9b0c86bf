/** Six control planes in three groups, each with secrets of its own. */
import { expect } from '@jest/globals';
import type { Session } from '../../../sandbox/workload.ts';
import { type Identity, MECHANISMS } from './mechanisms.ts';
import { canRead, type Secret } from './reader.ts';
import type { Scene } from './scene.ts';

export interface Tenant {
  readonly group: string;
  readonly name: string;
}

export const GROUPS = ['team-a', 'team-b', 'team-c'];
export const TENANTS: readonly Tenant[] = GROUPS.flatMap((group) =>
  ['web', 'shop'].map((name) => ({ group, name })),
);
export const SHARED = 'shared/key';

export const hostOfTenant = ({ world }: Scene, { group, name }: Tenant): string =>
  world.hostNamespace(group, name);

/** The role as a pod of that control plane takes it. */
export async function sessionOfTenant(scene: Scene, identity: Identity, tenant: Tenant): Promise<Session> {
  const mechanism = MECHANISMS.find((one) => one.identity === identity);
  if (mechanism === undefined) throw new Error(`no mechanism ${identity}`);
  return await mechanism.assume(scene, hostOfTenant(scene, tenant));
}

/** A secret under each one's expansion of a prefix. */
export function secretsBy(scene: Scene, prefix: string): readonly Secret[] {
  return TENANTS.map((one) => {
    const owner = hostOfTenant(scene, one);
    const name = prefix
      .replace('{group}', one.group)
      .replace('{name}', one.name)
      .replace('{id}', owner.replace(/^mxp-(.*)-system$/, '$1'))
      .replace('{namespace}', owner);
    return { owner, name: `${name}key` };
  });
}

/** Every pair: each control plane reads its own and what all may read, and none of another's. */
export async function expectApart(
  scene: Scene,
  identity: Identity,
  secrets: readonly Secret[],
): Promise<void> {
  for (const tenant of TENANTS) {
    const reader = hostOfTenant(scene, tenant);
    const session = await sessionOfTenant(scene, identity, tenant);
    expect(await canRead(session, SHARED)).toBe(true);
    const read = await Promise.all(secrets.map(async ({ name }) => await canRead(session, name)));
    expect(secrets.filter((_secret, n) => read[n]).map(({ owner }) => owner)).toEqual([reader]);
  }
}

/** Puts them, and one for all, into Secrets Manager. */
export function layOut({ world }: Scene, secrets: readonly Secret[]): void {
  world.aws.secrets.set(SHARED, 'for-all');
  for (const { name } of secrets) world.aws.secrets.set(name, `of ${name}`);
}

/** Whose secrets each of the six reads; where two share one, both are its owners. */
async function readersOf(
  scene: Scene,
  identity: Identity,
  prefix: string,
): Promise<readonly (readonly [reader: Tenant, owners: readonly Tenant[]])[]> {
  const secrets = secretsBy(scene, prefix);
  return await Promise.all(
    TENANTS.map(async (reader) => {
      const session = await sessionOfTenant(scene, identity, reader);
      const read = await Promise.all(secrets.map(async ({ name }) => await canRead(session, name)));
      return [reader, TENANTS.filter((_owner, n) => read[n])] as const;
    }),
  );
}

type Shared = readonly [prefix: string, shares: (owner: Tenant, reader: Tenant) => boolean];
const isSame = (owner: Tenant, reader: Tenant): boolean => owner === reader;

/** Prefixes by placeholders, and whose secrets a control plane reads by them. */
export const BY_PLACEHOLDER: readonly Shared[] = [
  ['groups/{group}/', (owner, reader) => owner.group === reader.group],
  ['ids/{id}/', isSame],
];
export const BY_NAMESPACE: readonly Shared[] = [['tenants/{namespace}/', isSame]];

/** Each reads its own and what its group shares, and nothing else. */
export async function expectShared(
  scene: Scene,
  identity: Identity,
  prefix: string,
  shares: (owner: Tenant, reader: Tenant) => boolean,
): Promise<void> {
  for (const [reader, owners] of await readersOf(scene, identity, prefix))
    expect([reader, owners]).toEqual([reader, TENANTS.filter((owner) => shares(owner, reader))]);
}
