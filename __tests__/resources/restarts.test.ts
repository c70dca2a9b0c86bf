/** The plan for restarts of controllers. */
import { describe, expect, test } from '@jest/globals';
import type { Intent } from '../../src/model/config.ts';
import { association, intent, type WorldParts } from '../support/factories.ts';
import type { ControllerDeployment, ControllerPod } from '../../src/model/host.ts';
import { drifted } from '../../src/plan/entries.ts';
import { host, OTHER_ROLE_ARN, ROLE_ARN } from '../support/names.ts';
import { brief, only, planFor, removal, removalFor, towards } from '../support/plans.ts';
import { IRSA, PODS, settledIrsa, settledPods } from '../support/settled.ts';
import { type Carried, deployment, pod } from '../support/workloads.ts';

const restarts = (asked: Intent, parts: WorldParts) => towards(asked, parts, 'restart');
const withWorkloads = (parts: WorldParts, workloads: Partial<WorldParts['workloads']>): WorldParts => ({
  ...parts,
  workloads: { ...parts.workloads, ...workloads },
});
const restart = (id: string): string => `restart restart/${host(id)}`;

const second = (overrides: Partial<ControllerDeployment> = {}) =>
  deployment('a', { name: 'second', ...overrides });
const ofSecond = (carried: Carried): ControllerPod =>
  pod('a', carried, { name: 'second-1-x', replicaSet: 'second-1' });

describe('who is restarted', () => {
  test.each<[string, WorldParts, readonly string[]]>([
    ['nobody whose pods are right', settledIrsa(), []],
    [
      'who has a pod that lacks it',
      withWorkloads(settledIrsa(), { pods: [pod('a', 'irsa'), pod('a', 'nothing'), pod('b', 'irsa')] }),
      [restart('a')],
    ],
    [
      'nobody for a pod that leaves',
      withWorkloads(settledIrsa(['a']), { pods: [pod('a', 'nothing', { deleting: true })] }),
      [],
    ],
    [
      'nobody who is scaled to zero',
      withWorkloads(settledIrsa(['a']), {
        pods: [pod('a', 'nothing')],
        deployments: [deployment('a', { replicas: 0 })],
      }),
      [],
    ],
    [
      'every Deployment of the service account with such a pod',
      withWorkloads(settledIrsa(['a']), {
        pods: [pod('a', 'nothing'), ofSecond('nothing')],
        deployments: [deployment('a'), second()],
      }),
      [restart('a'), restart('a')],
    ],
    [
      'none of them for the pod of another one',
      withWorkloads(settledIrsa(['a']), {
        pods: [pod('a', 'irsa'), ofSecond('nothing')],
        deployments: [deployment('a'), second({ paused: true })],
      }),
      [],
    ],
  ])('%s', (_who, parts, expected) => {
    expect(restarts(IRSA, parts)).toEqual(expected);
  });

  test('everybody, on demand, which is no drift', () => {
    const asked = intent({ restart: 'always' });
    expect(restarts(asked, settledIrsa())).toEqual([restart('a'), restart('b')]);
    expect(drifted(planFor(asked, settledIrsa()))).toEqual([]);
    const stale = withWorkloads(settledIrsa(), { pods: [pod('a', 'nothing'), pod('b', 'irsa')] });
    expect(drifted(planFor(asked, stale)).map(({ target }) => target)).toEqual([
      `${host('a')}/external-secrets`,
    ]);
  });

  test('nobody, on demand, and the rest is said', () => {
    const never = intent({ restart: 'never' });
    const stale = withWorkloads(settledIrsa(['a']), { pods: [pod('a', 'nothing')] });
    expect(brief(planFor(never, stale))).toEqual([]);
    expect(planFor(never, stale).warnings).toEqual([
      expect.stringMatching(`1 controller will not be restarted.*${host('a')}`),
    ]);
    expect(planFor(never, settledIrsa()).warnings).toEqual([]);
  });

  test('nobody who is paused: kubectl refuses it', () => {
    const paused = withWorkloads(settledIrsa(['a']), {
      pods: [pod('a', 'nothing')],
      deployments: [deployment('a', { paused: true })],
    });
    expect(restarts(IRSA, paused)).toEqual([]);
    expect(planFor(IRSA, paused).warnings).toEqual([expect.stringContaining('kubectl rollout resume')]);
    const one = withWorkloads(settledIrsa(['a']), {
      pods: [pod('a', 'nothing', { replicaSet: 'second-1' })],
      deployments: [deployment('a', { paused: true }), deployment('a', { name: 'second' })],
    });
    expect(restarts(IRSA, one)).toEqual([restart('a')]);
    expect(planFor(IRSA, one).warnings).toEqual([expect.stringContaining('kubectl rollout resume')]);
  });

  test('what its new pods must carry is part of it, or must carry no longer', () => {
    const stale = withWorkloads(settledIrsa(['a']), { pods: [pod('a', 'nothing')] });
    expect(only(planFor(IRSA, stale), 'restart').write.expect).toEqual({
      kind: 'with-role',
      identity: 'irsa',
      roleArn: ROLE_ARN,
    });
    const removed = only(removalFor(IRSA, settledIrsa(['a'])), 'restart');
    expect(removed.write.expect).toEqual({
      kind: 'without-role',
      roleArns: [ROLE_ARN],
      othersAssociation: false,
    });
    expect(removed.after).toMatchObject({ identity: 'none', roleArns: [ROLE_ARN] });
  });

  test('nobody for a pod that no controller has made: it is named', () => {
    const debugging: Partial<ControllerPod> = { name: 'debugging' };
    const { replicaSet: _none, ...stray } = pod('a', 'nothing', debugging);
    const parts = withWorkloads(settledIrsa(['a']), { pods: [pod('a', 'irsa'), stray] });
    expect(restarts(IRSA, parts)).toEqual([]);
    expect(planFor(IRSA, parts).warnings).toEqual([
      `pod debugging in ${host('a')} runs under the service account and belongs to none of its controllers, so it is not restarted: nothing was injected: it falls back to the node's role`,
    ]);
    const carrying = withWorkloads(settledIrsa(['a']), { pods: [{ ...stray, irsaRoleArn: ROLE_ARN }] });
    expect(removal(IRSA, carrying)).not.toContain(restart('a'));
    expect(removalFor(IRSA, carrying).warnings).toEqual([expect.stringMatching(/^pod debugging in/)]);
  });

  test('the reason names the pod, the effect how many', () => {
    const three = withWorkloads(settledIrsa(['a']), {
      pods: [pod('a', 'nothing')],
      deployments: [deployment('a', { replicas: 3 })],
    });
    expect(planFor(IRSA, three).changes[0]).toMatchObject({
      reason: expect.stringMatching(/pod external-secrets-a: nothing was injected/),
      effect: expect.stringMatching(/^restarts 3 pods/),
    });
    const single = withWorkloads(settledIrsa(['a']), { pods: [pod('a', 'nothing')] });
    expect(planFor(IRSA, single).changes[0]?.effect).toMatch(/^restarts 1 pod(?!s)/);
  });
});

describe('a removal restarts', () => {
  test('who carries our role by IRSA', () => {
    expect(removal(IRSA, settledIrsa(['a']))).toContain(restart('a'));
  });

  test('who carries Pod Identity that ends', () => {
    expect(removal(PODS, settledPods(['a']))).toContain(restart('a'));
    expect(removal(PODS, settledPods(['a'], { associations: [] }))).toContain(restart('a'));
  });

  test('nobody who carries what others gave', () => {
    expect(
      removal(PODS, settledPods(['a'], { associations: [association('a', { tags: {} })] })),
    ).not.toContain(restart('a'));
    const other = withWorkloads(settledIrsa(['a']), {
      pods: [pod('a', 'other-irsa', { irsaRoleArn: OTHER_ROLE_ARN })],
    });
    expect(removal(IRSA, other)).not.toContain(restart('a'));
  });

  test('nobody who is paused, and says so', () => {
    const paused = withWorkloads(settledIrsa(['a']), { deployments: [deployment('a', { paused: true })] });
    expect(removal(IRSA, paused)).not.toContain(restart('a'));
    expect(removalFor(IRSA, paused).warnings).toEqual([expect.stringContaining('kubectl rollout resume')]);
  });

  test('nobody where that is forbidden, and says who is left', () => {
    const plan = removalFor(intent({ restart: 'never' }), settledIrsa(['a']));
    expect(brief(plan)).not.toContain(restart('a'));
    expect(plan.warnings).toEqual([expect.stringContaining('1 controller will not be restarted')]);
    const none = withWorkloads(settledIrsa(['a']), { deployments: [] });
    expect(removalFor(intent({ restart: 'never' }), none).warnings).toEqual([]);
  });
});
