/** What is looked at after the last write, and what is not. */
import { describe, expect, test } from '@jest/globals';
import { podIdentityTrust } from '../../src/policy/trust-documents.ts';
import { spaceOf } from '../support/apply-context.ts';
import { intent, rawControlPlane } from '../support/factories.ts';
import { provision } from '../support/fake-helm.ts';
import type { FakeSpace } from '../support/fake-space.ts';
import { annotate } from '../support/fake-state.ts';
import { host, OTHER_ROLE_ARN, ROLE_ARN, START } from '../support/names.ts';
import { runMode } from '../support/running.ts';
import { deployment } from '../support/workloads.ts';
import { store, trusted } from '../verify/support.ts';

const PODS = intent({ identity: 'pod-identity' });

/** Counts how often the whole world is read. */
function countLooks(space: FakeSpace): () => number {
  const { helm } = space.read;
  const read = helm.release.bind(helm);
  let looks = 0;
  helm.release = async (release) => {
    looks += 1;
    return await read(release);
  };
  return () => looks;
}

async function settled(): Promise<FakeSpace> {
  const space = spaceOf({ a: 'nothing' });
  expect((await runMode(space, 'apply', PODS)).failure).toBeUndefined();
  return space;
}

describe('the world after a run', () => {
  test('is the one that was seen before, when nothing was carried out', async () => {
    const space = await settled();
    const looks = countLooks(space);
    const { record, failure } = await runMode(space, 'apply', PODS);
    expect([failure, record.verdict, looks()]).toEqual([undefined, 'applied', 1]);
    expect(record.after).toEqual(record.world);
  });

  test('is looked at once more, when something was', async () => {
    const space = spaceOf({ a: 'nothing' });
    const looks = countLooks(space);
    const { record } = await runMode(space, 'apply', PODS);
    expect(looks()).toBe(2);
    expect([record.world?.iam.role, record.after?.iam.role?.name]).toEqual([
      undefined,
      'space-prod-shared-secrets',
    ]);
  });

  test.each([
    ['that this run has made is waited for', 'add-on', undefined],
    ['that somebody else has made is judged at once', 'none', 'not-verified'],
  ])('an agent %s', async (_what, made, reason) => {
    const space = spaceOf({ a: 'nothing' });
    const { state } = space;
    const starting = { desired: 2, ready: 0 };
    if (made === 'add-on') state.addOn = undefined;
    else state.daemonSet = starting;
    space.before = ({ call }) => {
      if (call !== 'createAddOn') return;
      state.daemonSet = starting;
      state.clock.after(60_000, () => (state.daemonSet = { desired: 2, ready: 2 }));
    };
    const { failure, record } = await runMode(space, 'apply', PODS);
    expect(failure?.reason).toBe(reason);
    const agent = record.checks?.find(({ check }) => check === 'agent');
    expect(agent?.detail).toContain(`ready on ${reason === undefined ? 2 : 0} of 2 nodes`);
  });

  test('is not looked at after a cancellation: the seconds that are left are for the report', async () => {
    const space = spaceOf({ a: 'nothing' });
    const looks = countLooks(space);
    space.before = () => space.state.clock.cancel();
    const { record, failure } = await runMode(space, 'apply', PODS);
    expect([failure?.reason, looks()]).toEqual(['cancelled', 1]);
    expect([record.after, record.checks]).toEqual([undefined, undefined]);
  });

  test('is looked at after any other failure, without waiting for what may never stand still', async () => {
    const space = spaceOf({ a: 'nothing', b: 'nothing' }, { stuck: new Set([host('a')]) });
    space.fault = { nth: 1, when: 'before' };
    space.before = () => provision(space.state, host('a'));
    const { record, failure } = await runMode(space, 'apply', PODS);
    expect(failure?.message).toContain('createRole failed as told');
    expect(record.after).toBeDefined();
    expect(space.state.clock.now()).toBe(START);
  });
});

test('nobody waits for a control plane that appeared while the run was under way', async () => {
  const space = spaceOf({ a: 'nothing' });
  space.before = ({ call }) => {
    if (call !== 'restart') return;
    const { state } = space;
    state.controlPlanes = [...state.controlPlanes, rawControlPlane('unplanned')];
    state.namespaces = [...state.namespaces, { name: host('unplanned') }];
    annotate(state, host('unplanned'), undefined);
    const endless = deployment('unplanned', { observedGeneration: 0 });
    state.deployments = new Map([...state.deployments, [host('unplanned'), endless]]);
  };
  const { record, failure } = await runMode(space, 'apply', PODS);
  expect(failure).toBeUndefined();
  expect(record.after?.selected.map(({ name }) => name)).toEqual(['team-a/ctp-a']);
  expect(space.warnings).toEqual([
    'not served, since they appeared while this run was under way: team-a/ctp-unplanned',
  ]);
  expect(space.state.clock.now() - START).toBeLessThan(PODS.waitSeconds * 1000);
});

test.each(['irsa', 'pod-identity'] as const)(
  'destroy (%s) names one that appeared meanwhile only when it has something of the role',
  async (identity) => {
    const asked = intent({ identity });
    for (const roleArn of [ROLE_ARN, OTHER_ROLE_ARN, undefined]) {
      const space = spaceOf({ a: 'nothing' });
      expect((await runMode(space, 'apply', asked)).failure).toBeUndefined();
      space.before = ({ call }) => {
        if (call !== 'deleteRole') return;
        const { state } = space;
        state.controlPlanes = [...state.controlPlanes, rawControlPlane('unplanned')];
        state.namespaces = [...state.namespaces, { name: host('unplanned') }];
        annotate(state, host('unplanned'), roleArn);
      };
      const { failure } = await runMode(space, 'destroy', asked);
      // Another role rests on the provider of IRSA, which therefore stays.
      const keeps = identity === 'irsa' && roleArn === OTHER_ROLE_ARN;
      expect(failure?.reason).toBe(keeps ? 'plan-changed' : undefined);
      expect(space.warnings).toEqual(
        roleArn === ROLE_ARN
          ? [
              'not cleared of the role, since they appeared while this run was under way: team-a/ctp-unplanned. Run `mode: destroy` again.',
            ]
          : [],
      );
    }
  },
);

describe('a store that fails', () => {
  const failing = store({ provisioned: [], failed: [{ controlPlane: 'ctp-a', message: 'AccessDenied' }] });

  test('for what this run has mended in AWS alone has the minutes in which External Secrets looks again', async () => {
    const space = await settled();
    const { state } = space;
    state.stores = [failing];
    if (state.role) state.role = { ...state.role, inlinePolicies: {} };
    const begun = state.clock.now();
    space.before = () => state.clock.after(300_000, () => (state.stores = [store()]));
    const { failure, record } = await runMode(space, 'apply', PODS);
    expect([failure, record.restarted.size]).toEqual([undefined, 0]);
    expect(record.after?.placed[0]?.stores).toMatchObject([{ failed: [] }]);
    expect(state.clock.now() - begun).toBeGreaterThanOrEqual(300_000);
  });

  test.each([
    ['let in before', 'ctp-a', false],
    ['kept out before', 'ctp-b', true],
  ])('of a control plane that the trust policy had %s', async (_what, name, isWaitedFor) => {
    const space = spaceOf({ a: 'nothing', b: 'nothing' });
    expect((await runMode(space, 'apply', PODS)).failure).toBeUndefined();
    const { state } = space;
    if (state.role) state.role = { ...state.role, trustPolicy: podIdentityTrust(trusted) };
    state.stores = [
      store({
        selector: { names: [name] },
        provisioned: [],
        failed: [{ controlPlane: name, message: 'no' }],
      }),
    ];
    const begun = state.clock.now();
    const { failure } = await runMode(space, 'apply', PODS);
    expect(failure?.reason).toBe('not-verified');
    expect(space.writes.at(-1)?.call).toBe('putTrustPolicy');
    const waited = state.clock.now() - begun;
    expect(waited >= PODS.waitSeconds * 1000).toBe(isWaitedFor);
    if (!isWaitedFor) expect(waited).toBeLessThan(60_000);
  });

  test('is no reason to wait when its identity is taken away', async () => {
    const space = await settled();
    space.state.stores = [failing];
    const begun = space.state.clock.now();
    const { failure, record } = await runMode(space, 'destroy', PODS);
    expect([failure, record.restarted.size]).toEqual([undefined, 1]);
    expect(space.state.clock.now() - begun).toBeLessThan(60_000);
  });
});

test('a world that can not be read again after a success fails the run', async () => {
  const space = await settled();
  space.state.associations = [];
  space.before = ({ call }) => {
    if (call === 'createAssociation')
      space.read.helm.release = async () => await Promise.reject(new TypeError('gone'));
  };
  await expect(runMode(space, 'apply', PODS)).rejects.toThrow('gone');
});
