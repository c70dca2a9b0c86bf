/** What pods of a controller carry. */
import { describe, expect, test } from '@jest/globals';
import { podProblem } from '../../src/mechanisms/index.ts';
import type { ControllerDeployment, ControllerPod } from '../../src/model/host.ts';
import type { PodExpectation } from '../../src/model/write.ts';
import {
  carriesNothing,
  isLive,
  isRestartable,
  isRollingOut,
  livesWithoutInjection,
  isOf,
  newestPods,
  rolloutState,
  samplePod,
  whatTheyWaitFor,
} from '../../src/space/pods.ts';
import { host, OTHER_ROLE_ARN, ROLE_ARN } from '../support/names.ts';
import { type Carried, deployment, pod } from '../support/workloads.ts';
import { store } from '../verify/support.ts';

const irsa: PodExpectation = { kind: 'with-role', identity: 'irsa', roleArn: ROLE_ARN };
const pods: PodExpectation = { kind: 'with-role', identity: 'pod-identity', roleArn: ROLE_ARN };
const none: PodExpectation = { kind: 'without-role', roleArns: [ROLE_ARN], othersAssociation: false };
const others: PodExpectation = { ...none, othersAssociation: true };

describe('what is wrong with a pod', () => {
  const rows: readonly (readonly [Carried, Partial<ControllerPod>, PodExpectation, string | undefined])[] = [
    ['irsa', {}, irsa, undefined],
    ['nothing', {}, irsa, "nothing was injected: it falls back to the node's role"],
    ['other-irsa', {}, irsa, `it carries another role, ${OTHER_ROLE_ARN}`],
    ['pod-identity', {}, irsa, 'it carries Pod Identity, not IRSA'],
    ['both', {}, irsa, 'it carries Pod Identity, not IRSA'],
    ['irsa', { irsaAudience: 'x' }, irsa, 'its token is for x, not sts.amazonaws.com'],
    ['pod-identity', {}, pods, undefined],
    ['nothing', {}, pods, "nothing was injected: it falls back to the node's role"],
    ['irsa', {}, pods, 'it carries IRSA, not Pod Identity'],
    ['both', {}, pods, 'it carries IRSA beside Pod Identity, and the SDK prefers IRSA'],
    ['pod-identity', { podIdentityAudience: 'x' }, pods, 'its token is for x, not pods.eks.amazonaws.com'],
    ['nothing', {}, none, undefined],
    ['irsa', {}, none, `it still carries ${ROLE_ARN} by IRSA`],
    ['other-irsa', {}, none, undefined],
    ['pod-identity', {}, none, 'it still carries Pod Identity'],
    ['pod-identity', {}, others, undefined],
    ['both', {}, others, `it still carries ${ROLE_ARN} by IRSA`],
  ];
  test.each(rows)('%s %j, expecting %j', (carried, overrides, expectation, problem) => {
    expect(podProblem(pod('a', carried, overrides), expectation)).toBe(problem);
  });

  test('a token without audience is for none', () => {
    const { irsaAudience: _a, ...first } = pod('a', 'irsa');
    expect(podProblem(first, irsa)).toBe('its token is for no audience, not sts.amazonaws.com');
    const { podIdentityAudience: _b, ...second } = pod('a', 'pod-identity');
    expect(podProblem(second, pods)).toBe('its token is for no audience, not pods.eks.amazonaws.com');
  });
});

test('only pods that live count', () => {
  const all = [
    pod('a', 'irsa'),
    pod('a', 'irsa', { deleting: true }),
    pod('a', 'irsa', { phase: 'Succeeded' }),
    pod('a', 'irsa', { phase: 'Failed' }),
    pod('a', 'irsa', { phase: 'Pending', ready: false }),
  ];
  expect(all.filter(isLive).map(({ phase }) => phase)).toEqual(['Running', 'Pending']);
});

test('a pod that neither mechanism has reached carries nothing', () => {
  const reached = (['nothing', 'irsa', 'other-irsa', 'pod-identity', 'both'] as const).map((carried) =>
    carriesNothing(pod('a', carried)),
  );
  expect(reached).toEqual([true, false, false, false, false]);
});

const lives = (...stores: ReturnType<typeof store>[]) =>
  livesWithoutInjection({ stores, possibleStores: [] });

test('what only stores with auth.jwt select lives without injection; what none selects does not', () => {
  const jwt = store({ auth: 'jwt' });
  expect([lives(), lives(jwt), lives(jwt, store()), lives(jwt, jwt)]).toEqual([false, true, false, true]);
});

describe('a rollout', () => {
  test.each<[string, Partial<ControllerDeployment>]>([
    ['complete', {}],
    ['complete', { replicas: 0, updatedReplicas: 0, availableReplicas: 0, currentReplicas: 0 }],
    ['progressing', { generation: 2 }],
    ['progressing', { generation: 2, progressReason: 'ProgressDeadlineExceeded' }],
    ['progressing', { updatedReplicas: 0 }],
    ['progressing', { availableReplicas: 0 }],
    ['progressing', { currentReplicas: 2 }],
    ['stuck', { updatedReplicas: 0, progressReason: 'ProgressDeadlineExceeded' }],
  ])('is %s with %j', (state, overrides) => {
    expect(rolloutState(deployment('a', overrides))).toBe(state);
    expect(isRollingOut(deployment('a', overrides))).toBe(state === 'progressing');
  });

  test('does not go on while it is paused, and can not be begun without pods', () => {
    expect(isRollingOut(deployment('a', { paused: true, updatedReplicas: 0 }))).toBe(false);
    expect(isRestartable(deployment('a'))).toBe(true);
    expect(isRestartable(deployment('a', { paused: true }))).toBe(false);
    expect(isRestartable(deployment('a', { replicas: 0 }))).toBe(false);
  });
});

const made = (replicaSet: string | undefined, at: number): ControllerPod => {
  const { replicaSet: _old, ...rest } = pod('a', 'irsa', { createdAt: at, name: `${replicaSet}-${at}` });
  return { ...rest, ...(replicaSet !== undefined && { replicaSet }) };
};

test('the newest template of every Deployment counts, and pods without one stand together', () => {
  const all = [made('one-1', 1), made('one-2', 3), made('one-2', 2), made('two-9', 1), made(undefined, 1)];
  expect(
    newestPods({ pods: all })
      .map(({ name }) => name)
      .toSorted(),
  ).toEqual(['one-2-2', 'one-2-3', 'two-9-1', 'undefined-1']);
});

const of = (name: string, one: ControllerPod): boolean => isOf({ name }, one);

test('a pod is its Deployment’s by its labels, else by the name of its ReplicaSet', () => {
  expect([of('one', made('one-1', 1)), of('on', made('one-1', 1)), of('one', made('one-a-1', 1))]).toEqual([
    true,
    false,
    false,
  ]);
  const labelled: ControllerPod = { ...made('any name', 1), deployment: 'one' };
  expect([of('one', labelled), of('any name', labelled), of('one', made(undefined, 1))]).toEqual([
    true,
    false,
    false,
  ]);
});

const waiting = (name: string, overrides: Partial<ControllerPod> = {}) =>
  pod('a', 'irsa', { name, waiting: 'ImagePullBackOff', ...overrides });

test('what pods wait for is that of those which stay', () => {
  expect(whatTheyWaitFor([waiting('one'), pod('a', 'irsa'), waiting('going', { deleting: true })])).toBe(
    '; pod one: ImagePullBackOff',
  );
});

test('a sample is labelled as its Deployment labels pods', () => {
  const podLabels = { team: 'a' };
  const base = { namespace: host('a'), serviceAccount: 'eso' };
  expect(samplePod(host('a'), 'eso', deployment('a', { podLabels }))).toEqual({ ...base, labels: podLabels });
  expect(samplePod(host('a'), 'eso', undefined)).toEqual({ ...base, labels: {} });
});
