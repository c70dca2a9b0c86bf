/** Control planes that become ready while a run waits for them: served by a second pass, shown with the rest. */
import { describe, expect, test } from '@jest/globals';
import { spaceOf } from './support/apply-context.ts';
import { association, rawControlPlane } from './support/factories.ts';
import { provision } from './support/fake-helm.ts';
import { host, START, uuid } from './support/names.ts';
import { comingUp, runMode } from './support/running.ts';
import { IRSA, PODS } from './support/settled.ts';

test('a control plane whose trust is in place already needs no trust policy', async () => {
  const space = spaceOf({ a: 'pod-identity' }, { associations: [association('a')] });
  space.state.controlPlanes = [...space.state.controlPlanes, rawControlPlane('b')];
  space.state.clock.after(60_000, () => provision(space.state, host('b')));
  const { record, failure } = await runMode(space, 'apply', PODS);
  expect(failure).toBeUndefined();
  // Its namespace is known from its ID: the first pass makes its association, so its pods come up with the identity. The restart is of
  // the other one, which had the role that is made anew.
  expect(space.writes.map(({ call }) => call)).toEqual([
    'createRole',
    'putInlinePolicy',
    'createAssociation',
    'restart',
  ]);
  expect([...record.restarted]).toEqual([host('a')]);
});

describe('a control plane that becomes ready on the way', () => {
  test('is served by a second pass, and shown with the rest', async () => {
    const space = spaceOf({ a: 'nothing' });
    comingUp(space.state, 'late');
    const { record, failure } = await runMode(space, 'apply', PODS);
    expect(failure).toBeUndefined();
    const ids = record.plan?.changes.map((change) => change.id) ?? [];
    expect(ids.indexOf(`association/${host('late')}`)).toBeGreaterThan(
      ids.indexOf('control-plane/team-a/ctp-late'),
    );
    expect([...record.restarted].toSorted()).toEqual([host('a'), host('late')]);
    expect(record.checks?.some((check) => check.namespace === host('late') && check.status === 'pass')).toBe(
      true,
    );
  });

  test('is served also when another one stays away, which is waited for once', async () => {
    const space = spaceOf({ a: 'nothing' });
    comingUp(space.state, 'late');
    const never = { group: 'team-a', name: 'never', deleting: false, matchesSelector: true, conditions: {} };
    space.state.controlPlanes = [...space.state.controlPlanes, never];
    const { record, failure } = await runMode(space, 'apply', PODS);
    expect(failure).toMatchObject({ reason: 'timed-out' });
    expect(failure?.message).toContain('team-a/never');
    expect([...record.restarted].toSorted()).toEqual([host('a'), host('late')]);
    expect(space.state.clock.now() - START).toBeLessThan(2 * 600_000);
  });

  test('may bring what can not be carried out, and the rest is still looked at', async () => {
    const ids = Array.from({ length: 16 }, (_, n) => uuid(n));
    const space = spaceOf(Object.fromEntries(ids.map((id) => [id, 'nothing'] as const)));
    comingUp(space.state, uuid(16));
    const { record, failure } = await runMode(space, 'apply', IRSA);
    expect(failure).toMatchObject({ reason: 'quota-exceeded' });
    expect(failure?.details.next).toContain('What was planned before has been carried out.');
    expect(record.after).toBeDefined();
    expect([...record.restarted].toSorted()).toHaveLength(16);
  });

  test('waits for a controller that is still coming up', async () => {
    const space = spaceOf({ a: 'nothing' });
    space.state.controlPlanes = [...space.state.controlPlanes, rawControlPlane('b')];
    space.state.clock.after(5_000, () => provision(space.state, host('b'), 2));
    const { record, failure } = await runMode(space, 'apply', PODS);
    expect(failure).toBeUndefined();
    expect(record.after?.placed.find(({ namespace }) => namespace === host('b'))?.pods).toHaveLength(2);
  });
});
