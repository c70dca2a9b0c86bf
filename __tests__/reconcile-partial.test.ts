/** Control planes that a run leaves as they are go on reading what is theirs, whatever it does for others. */
import { expect, test } from '@jest/globals';
import type { Intent } from '../src/model/config.ts';
import { spaceOf } from './support/apply-context.ts';
import { association, intent, ownedRole } from './support/factories.ts';
import type { FakeSpace } from './support/fake-space.ts';
import { host, OTHER_ROLE_ARN } from './support/names.ts';
import { runMode } from './support/running.ts';
import { watchReads } from './support/watching.ts';

const by = (identity: Intent['identity'], prefix: string, more: Partial<Intent> = {}): Intent =>
  intent({ identity, role: ownedRole({ secretPrefixes: [prefix] }), ...more });
const ONLY_A = { selection: { globs: ['*/ctp-a'], namespaces: [] } } as const;
const narrowed = (prefix: string): Intent =>
  intent({
    identity: 'pod-identity',
    role: ownedRole({ secretPrefixes: [prefix], isolateBy: 'session-policy' }),
  });

async function settledBy(asked: Intent, overrides: Parameters<typeof spaceOf>[1] = {}): Promise<FakeSpace> {
  const space = spaceOf({ a: 'nothing', b: 'nothing' }, overrides);
  expect((await runMode(space, 'apply', asked)).failure).toBeUndefined();
  return space;
}

test.each(['prod/{namespace}/', 'prod/{name}/'])(
  'one by Pod Identity, while others move to IRSA (%s)',
  async (prefix) => {
    const space = await settledBy(by('pod-identity', prefix));
    const asked = by('irsa', prefix, ONLY_A);
    const reads = watchReads(space, asked);
    expect((await runMode(space, 'apply', asked)).failure).toBeUndefined();
    expect(reads).toEqual([]);
    expect((await runMode(space, 'plan', asked)).record.verdict).toBe('in-sync');
  },
);

test.each<[string, Parameters<typeof association>[1]]>([
  ['an add-on’s', { ownerArn: 'arn:aws:eks:eu-central-1:111122223333:addon/space-prod/x/x' }],
  ['somebody else’s', { tags: {} }],
])('one whose association is %s, while others get session policies', async (_whose, its) => {
  const space = await settledBy(by('pod-identity', 'prod/{name}/'), {
    associations: [association('b', its)],
  });
  const asked = narrowed('prod/{name}/');
  const reads = watchReads(space, asked);
  const { failure } = await runMode(space, 'apply', asked);
  expect(failure).toMatchObject({ reason: 'not-owned' });
  expect(failure?.message).toContain(host('b'));
  expect(reads).toEqual([]);
});

test('associations that are kept for nobody’s pods have their statement at once', async () => {
  const space = spaceOf({ a: 'nothing' }, { associations: [association('gone')] });
  const asked = { ...narrowed('prod/{namespace}/'), prune: false };
  expect((await runMode(space, 'apply', { ...by('irsa', 'prod/'), prune: false })).failure).toBeUndefined();
  expect((await runMode(space, 'apply', asked)).failure).toBeUndefined();
  expect((await runMode(space, 'plan', asked)).record.verdict).toBe('in-sync');
});

test('whom a trust policy has named for nothing is the same when it names nobody any more', async () => {
  const elsewhere = { roleArn: OTHER_ROLE_ARN, tags: {} };
  const space = spaceOf({ a: 'nothing', b: 'nothing' }, { associations: [association('b', elsewhere)] });
  expect((await runMode(space, 'apply', by('pod-identity', 'prod/'))).failure).toMatchObject({
    reason: 'not-owned',
  });
  const asked = { ...narrowed('prod/{name}/'), ...ONLY_A };
  expect((await runMode(space, 'apply', asked)).failure).toBeUndefined();
  expect((await runMode(space, 'plan', asked)).record.verdict).toBe('in-sync');
});
