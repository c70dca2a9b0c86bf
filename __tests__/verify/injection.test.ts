/** The check of what pods carry. */
import { describe, expect, test } from '@jest/globals';
import type { ControllerPod, SecretStore, Workloads } from '../../src/model/host.ts';
import { intent } from '../support/factories.ts';
import { ROLE_ARN, START } from '../support/names.ts';
import { planFor } from '../support/plans.ts';
import { settledIrsa, settledPods } from '../support/settled.ts';
import { deployment, pod } from '../support/workloads.ts';
import { byPod, checkOf, foundOf, irsaWorld, podWorld, store, withWorkloads } from './support.ts';

describe('what the pods carry', () => {
  test.each<[string, Partial<Workloads>, string]>([
    ['all is right', {}, `pass: 1 pod with ${ROLE_ARN} by IRSA`],
    ['several pods', { pods: [pod('a', 'irsa'), pod('a', 'irsa')] }, `pass: 2 pods with ${ROLE_ARN} by IRSA`],
    [
      'one of them is wrong',
      { pods: [pod('a', 'irsa'), pod('a', 'nothing')] },
      "fail: pod external-secrets-a: nothing was injected: it falls back to the node's role",
    ],
    ['no pod runs', { pods: [pod('a', 'irsa', { phase: 'Failed' })] }, 'unknown: no pod is running'],
    [
      'none should',
      { pods: [], deployments: [deployment('a', { replicas: 0 })] },
      'warn: scaled to zero: no pod to look at',
    ],
    [
      'one of an older template is still there',
      {
        pods: [
          pod('a', 'nothing'),
          pod('a', 'irsa', { replicaSet: 'external-secrets-2', createdAt: START + 1 }),
        ],
      },
      "fail: pod external-secrets-a: nothing was injected: it falls back to the node's role",
    ],
  ])('%s', (_what, workloads, said) => {
    expect(foundOf('pod-identity-injected', withWorkloads(settledIrsa(['a']), workloads))).toBe(said);
  });

  test('Pod Identity and nothing else', () => {
    expect(foundOf('pod-identity-injected', settledPods(['a']), byPod)).toBe(
      'pass: 1 pod with Pod Identity and nothing else',
    );
  });
});

const statusOf = (pods: readonly ControllerPod[], stores: readonly SecretStore[] = []) =>
  checkOf('pod-identity-injected', withWorkloads(irsaWorld({ stores }), { pods })).status;

test('pods without injection are excused where every store does without, and nowhere else', () => {
  const bare = [pod('a', 'nothing')];
  const jwt = store({ auth: 'jwt' });
  expect(statusOf(bare, [jwt])).toBe('warn');
  expect(statusOf(bare)).toBe('fail');
  expect(statusOf(bare, [jwt, store()])).toBe('fail');
  expect(statusOf([pod('a', 'other-irsa')], [jwt])).toBe('fail');
  const byPodIdentity = withWorkloads(podWorld({ stores: [jwt] }), { pods: bare });
  expect(checkOf('pod-identity-injected', byPodIdentity, {}, byPod).status).toBe('fail');
});

test('every pod that runs counts, also one of an older ReplicaSet, until it is on its way out', () => {
  const old = pod('a', 'nothing', { name: 'old', replicaSet: 'external-secrets-1', createdAt: 1 });
  const young = pod('a', 'irsa', { name: 'new', replicaSet: 'external-secrets-2', createdAt: 2 });
  expect(statusOf([old, young])).toBe('fail');
  expect(statusOf([{ ...old, createdAt: 3 }, young])).toBe('fail');
  expect(statusOf([{ ...old, deleting: true }, young])).toBe('pass');
});

const STATIC = 'AWS_ACCESS_KEY_ID';
const judged = (
  carried: 'irsa' | 'pod-identity',
  overrides: Partial<ControllerPod>,
  stores: readonly SecretStore[] = [],
) => {
  const [parts, asked] =
    carried === 'irsa' ? [irsaWorld({ stores }), intent()] : [podWorld({ stores }), byPod];
  const found = checkOf(
    'pod-identity-injected',
    withWorkloads(parts, { pods: [pod('a', carried, overrides)] }),
    {},
    asked,
  );
  return `${found.status}: ${found.detail}`;
};

describe('other sources of credentials', () => {
  test.each<['irsa' | 'pod-identity', string, string]>([
    [
      'irsa',
      STATIC,
      `fail: pod external-secrets-a: the SDK prefers ${STATIC}, which is set in its environment, to IRSA`,
    ],
    ['irsa', 'AWS_ACCESS_KEY', 'fail: '],
    ['irsa', 'AWS_SECRET_KEY', 'fail: '],
    ['irsa', 'AWS_PROFILE', 'warn: pod external-secrets-a: AWS_PROFILE is set in its environment'],
    ['irsa', 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', 'warn: '],
    ['irsa', 'AWS_CONTAINER_CREDENTIALS_FULL_URI', 'warn: '],
    ['pod-identity', STATIC, 'fail: '],
    ['pod-identity', 'AWS_WEB_IDENTITY_TOKEN_FILE', 'fail: '],
    [
      'pod-identity',
      'AWS_PROFILE',
      'fail: pod external-secrets-a: the SDK prefers AWS_PROFILE, which is set in its environment, to EKS Pod Identity',
    ],
    ['pod-identity', 'AWS_DEFAULT_PROFILE', 'fail: '],
    ['pod-identity', 'AWS_SHARED_CREDENTIALS_FILE', 'fail: '],
    ['pod-identity', 'AWS_CONFIG_FILE', 'fail: '],
    ['pod-identity', 'AWS_CONTAINER_CREDENTIALS_RELATIVE_URI', 'fail: '],
    ['pod-identity', 'AWS_CONTAINER_CREDENTIALS_FULL_URI', 'fail: '],
  ])('%s beside %s', (carried, name, said) => {
    expect(judged(carried, { otherSources: [name] })).toContain(said);
  });

  test('are named together', () => {
    expect(judged('irsa', { otherSources: [STATIC, 'AWS_SECRET_ACCESS_KEY'] })).toContain(
      'AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, which are set',
    );
  });

  test('what could hold one and is not read is a warning', () => {
    for (const carried of ['irsa', 'pod-identity'] as const)
      expect(judged(carried, { unreadSources: ['secret keys', 'volume at /root/.aws'] })).toBe(
        'warn: pod external-secrets-a: what the SDK prefers may be in secret keys, volume at /root/.aws, which is not read',
      );
  });

  test('stores that take tokens themselves don’t use them', () => {
    const jwt = store({ auth: 'jwt' });
    expect(judged('irsa', { otherSources: [STATIC] }, [jwt])).toMatch(
      /^warn: .*the stores of this control plane sign in without it/,
    );
    expect(judged('irsa', { otherSources: [STATIC] }, [jwt, store()])).toMatch(/^fail: /);
  });

  test('are no reason for a restart, which would not take them away', () => {
    const parts = withWorkloads(settledPods(['a']), {
      pods: [pod('a', 'pod-identity', { otherSources: [STATIC] })],
    });
    expect(planFor(byPod, parts).changes).toEqual([]);
  });
});
