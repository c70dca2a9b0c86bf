/** What waits for some control planes keeps no other from being served. */
import { describe, expect, test } from '@jest/globals';
import type { ControllerPod } from '../src/model/host.ts';
import { annotationOf } from './support/fake-helm.ts';
import type { FakeSpace } from './support/fake-space.ts';
import { association, intent, ownedRole } from './support/factories.ts';
import { host, OTHER_ROLE_ARN, ROLE_ARN } from './support/names.ts';
import { comingUp, type Ran, runMode } from './support/running.ts';
import { spaceOf } from './support/apply-context.ts';
import { deployment } from './support/workloads.ts';

const IRSA = intent();
const PODS = intent({ identity: 'pod-identity' });

async function byIrsa(asked = IRSA): Promise<FakeSpace> {
  const space = spaceOf({ a: 'nothing', b: 'nothing' });
  expect((await runMode(space, 'apply', asked)).failure).toBeUndefined();
  return space;
}

const carried = ({ state }: FakeSpace, id: string): readonly ControllerPod[] =>
  state.pods.filter(({ namespace, deleting }) => namespace === host(id) && !deleting);
const statusOf = ({ record }: Ran, address: string): string | undefined =>
  record.outcomes.get(address)?.status;

describe('on a move, one that can not be moved', () => {
  test('keeps the annotation and the trust that it lives on, and no other from being moved', async () => {
    const space = await byIrsa();
    space.state.associations = [association('a', { tags: {}, roleArn: OTHER_ROLE_ARN })];
    const ran = await runMode(space, 'apply', PODS);
    expect(ran.failure).toMatchObject({ reason: 'not-owned' });
    expect(ran.failure?.message).toMatch(
      /All others were served\. Not attempted, since it would be taken from these too: role\/trust-policy, helm\/annotation\.$/,
    );
    expect(statusOf(ran, `restart/${host('b')}/external-secrets`)).toBe('done');
    expect(statusOf(ran, `restart/${host('a')}/external-secrets`)).toBe('not-attempted');
    expect(carried(space, 'b')).toMatchObject([{ podIdentity: true }]);
    expect(carried(space, 'a')).toMatchObject([{ irsaRoleArn: ROLE_ARN }]);
    expect([annotationOf(space.state), statusOf(ran, 'role/trust-policy')]).toEqual([
      ROLE_ARN,
      'not-attempted',
    ]);
  });

  test.each([
    ['common prefixes', {}],
    ['prefixes of their own', { secretPrefixes: ['prod/{namespace}/', 'teams/{name}/'] }],
  ])('keeps none that comes up meanwhile from being served (%s)', async (_what, overrides) => {
    const role = ownedRole(overrides);
    const space = await byIrsa(intent({ role }));
    comingUp(space.state, 'c');
    space.state.stuck = new Set([host('a')]);
    const asked = intent({ identity: 'pod-identity', role });
    const ran = await runMode(space, 'apply', asked);
    expect(ran.failure).toMatchObject({ reason: 'rollout-failed' });
    expect(carried(space, 'c')).toMatchObject([{ podIdentity: true }]);
    // Neither pass takes from the one what it still lives on.
    expect(statusOf(ran, 'role/trust-policy')).toBe('not-attempted');
    expect(statusOf(ran, 'role/trust-policy (second pass)')).toBe('not-attempted');
    expect(JSON.stringify(space.state.role?.trustPolicy)).toContain(`system:serviceaccount:${host('a')}:`);
    space.state.stuck = new Set();
    space.state.deployments = new Map([
      ...space.state.deployments,
      [host('a'), deployment('a', { generation: 9 })],
    ]);
    const healed = await runMode(space, 'apply', asked);
    expect(healed.failure).toBeUndefined();
    expect((await runMode(space, 'plan', asked)).record.verdict).toBe('in-sync');
  });
});
