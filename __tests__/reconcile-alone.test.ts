/** What is not a controller's, or not ours, is left alone, and nothing is done twice for it. */
import { expect, test } from '@jest/globals';
import { annotationOf } from './support/fake-helm.ts';
import { intent, ownedRole } from './support/factories.ts';
import { host, ROLE_ARN } from './support/names.ts';
import { killAfter, runMode } from './support/running.ts';
import { spaceOf } from './support/apply-context.ts';
import { pod } from './support/workloads.ts';

const IRSA = intent();
const PODS = intent({ identity: 'pod-identity' });

test('a pod that somebody runs under the service account restarts no controller, and is told', async () => {
  const { replicaSet: _none, ...debugging } = pod('a', 'nothing', { name: 'debugging', uid: 'debugging' });
  const space = spaceOf({ a: 'nothing' });
  space.state.pods = [...space.state.pods, debugging];
  const { record, failure } = await runMode(space, 'apply', PODS);
  expect(failure).toMatchObject({ reason: 'not-verified' });
  expect(failure?.message).toContain('pod debugging: nothing was injected');
  expect([...record.restarted]).toEqual([host('a')]);
  expect(space.writes.filter(({ call }) => call === 'restart')).toHaveLength(1);
  space.writes.length = 0;
  const second = await runMode(space, 'apply', PODS);
  expect([space.writes, second.record.plan?.changes]).toEqual([[], []]);
  expect(space.warnings.join('\n')).toContain('pod debugging in');
});

test('what is restarted on demand is in order for a check', async () => {
  const space = spaceOf({ a: 'nothing' });
  const asked = intent({ identity: 'pod-identity', restart: 'always' });
  expect((await runMode(space, 'apply', asked)).failure).toBeUndefined();
  const { record, failure } = await runMode(space, 'check', asked);
  expect([record.verdict, failure]).toEqual(['in-sync', undefined]);
  expect((await runMode(space, 'plan', asked)).record.verdict).toBe('changes');
});

test('control planes that keep a session policy without prefixes of their own need no statement', async () => {
  const space = spaceOf({ a: 'nothing', b: 'nothing' });
  const narrowed = ownedRole({ secretPrefixes: ['prod/{name}/'], isolateBy: 'session-policy' });
  const before = intent({ identity: 'pod-identity', role: narrowed });
  expect((await runMode(space, 'apply', before)).failure).toBeUndefined();
  const asked = { ...PODS, selection: { globs: ['*/ctp-a'], namespaces: [] } };
  await runMode(space, 'apply', asked);
  const [policy] = Object.values(space.state.role?.inlinePolicies ?? {});
  expect(policy?.Statement.map(({ Sid }) => Sid)).toEqual(['ReadSecrets']);
  expect((await runMode(space, 'apply', PODS)).failure).toBeUndefined();
});

test('the quota that can not be read is at least what the role has', async () => {
  const ids = Array.from({ length: 20 }, (_, n) => `aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa${n}`);
  const space = spaceOf(Object.fromEntries(ids.map((id) => [id, 'nothing'] as const)), { quota: 8192 });
  expect((await runMode(space, 'apply', IRSA)).failure).toBeUndefined();
  space.state.quota = undefined;
  expect((await runMode(space, 'check', IRSA)).record.verdict).toBe('in-sync');
  expect(space.warnings).toEqual([]);
});

test('destroy leaves those alone who live on a role of that name that somebody else has made', async () => {
  const space = spaceOf({ a: 'nothing' });
  expect((await runMode(space, 'apply', IRSA)).failure).toBeUndefined();
  space.state.role &&= { ...space.state.role, tags: {} };
  space.state.provider &&= { ...space.state.provider, tags: {} };
  space.writes.length = 0;
  const { record, failure } = await runMode(space, 'destroy', IRSA);
  expect([failure, space.writes]).toEqual([undefined, []]);
  expect(record.plan?.changes.map(({ action, id }) => `${action} ${id}`)).toEqual([
    'foreign role',
    'foreign helm/annotation',
  ]);
  expect(annotationOf(space.state)).toBe(ROLE_ARN);
});

test('pods do not go on with the sessions of a role that was deleted and is made anew', async () => {
  const space = spaceOf({ a: 'nothing' });
  expect((await runMode(space, 'apply', PODS)).failure).toBeUndefined();
  space.state.clock.after(60_000, () => undefined);
  await space.state.clock.sleep(60_000);
  space.state.role = undefined;
  const again = killAfter(space, 2);
  await runMode(space, 'apply', PODS);
  again();
  expect(space.state.role).toBeDefined();
  const { record, failure } = await runMode(space, 'apply', PODS);
  expect([failure, [...record.restarted]]).toEqual([undefined, [host('a')]]);
  expect((await runMode(space, 'check', PODS)).record.verdict).toBe('in-sync');
});
