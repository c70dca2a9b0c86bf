/** Six control planes in three groups, each with secrets of its own. */
import { expect } from '@jest/globals';
import { MECHANISMS } from './mechanisms.ts';
import type { Identity } from './mechanisms.ts';
import { canRead } from './reader.ts';
import type { Secret } from './reader.ts';
import type { Scene } from './scene.ts';

export const GROUPS = ['team-a', 'team-b', 'team-c'];
export const TENANTS = GROUPS.flatMap((group) => ['web', 'shop'].map((name) => ({ group, name })));
export const SHARED = 'shared/key';

export const hostOfTenant = (
  { world }: Scene,
  { group, name }: { readonly group: string; readonly name: string },
): string => world.hostNamespace(group, name);

/** A secret under each one's expansion of a prefix. */
export function secretsBy(scene: Scene, prefix: string): readonly Secret[] {
  return TENANTS.map((one) => {
    const owner = hostOfTenant(scene, one);
    const name = prefix
      .replace('{group}', one.group)
      .replace('{name}', one.name)
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
  const mechanism = MECHANISMS.find((one) => one.identity === identity);
  if (mechanism === undefined) throw new Error(`no mechanism ${identity}`);
  for (const reader of TENANTS.map((one) => hostOfTenant(scene, one))) {
    const session = await mechanism.assume(scene, reader);
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
