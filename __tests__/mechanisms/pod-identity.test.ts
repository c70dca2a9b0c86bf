/** EKS Pod Identity: what pods carry, whom the role trusts, how the role is assumed. */
import { describe, expect, test } from '@jest/globals';
import { podIdentity } from '../../src/mechanisms/pod-identity.ts';
import type { ControllerPod } from '../../src/model/host.ts';
import type { Assumed } from '../../src/model/proof-ports.ts';
import type { Association } from '../../src/model/world.ts';
import { association } from '../support/factories.ts';
import { CLUSTER, CLUSTER_ARN, host, OTHER_ROLE_ARN, ROLE, ROLE_ARN } from '../support/names.ts';
import { PODS, settledPods } from '../support/settled.ts';
import { type Carried, pod } from '../support/workloads.ts';
import { assumed, hostIn, principal, recording, request, target } from './support.ts';

const CARRIED: readonly Carried[] = ['nothing', 'irsa', 'other-irsa', 'pod-identity', 'both'];
const hostWith = (...associations: readonly Association[]) =>
  hostIn(PODS, settledPods(['a'], { associations }));

/** Which pods have the role by it. */
const having = (...associations: readonly Association[]) =>
  CARRIED.filter((carried) => podIdentity.podHasRole(pod('a', carried), hostWith(...associations), ROLE_ARN));
const readingOn = (...associations: readonly Association[]) =>
  CARRIED.filter((carried) => podIdentity.readsOn(pod('a', carried), hostWith(...associations)));

const tells = (sessionTags: boolean) => podIdentity.tellsNamespace({ ...request, sessionTags });
const { id, arn } = association('a');
const sessionProblem = (overrides: Partial<Assumed>, ...associations: readonly Association[]) =>
  podIdentity.sessionProblem(assumed(overrides), hostWith(...associations), target);

describe('the pods', () => {
  test.each<[Carried, Partial<ControllerPod>, string | undefined]>([
    ['pod-identity', {}, undefined],
    ['nothing', {}, "nothing was injected: it falls back to the node's role"],
    ['irsa', {}, 'it carries IRSA, not Pod Identity'],
    ['both', {}, 'it carries IRSA beside Pod Identity, and the SDK prefers IRSA'],
    ['pod-identity', { podIdentityAudience: 'x' }, 'its token is for x, not pods.eks.amazonaws.com'],
  ])('%s %j: %s', (carried, overrides, problem) => {
    expect(podIdentity.podProblem(pod('a', carried, overrides), ROLE_ARN)).toBe(problem);
  });

  test('a token without audience is for none', () => {
    const { podIdentityAudience: _audience, ...bare } = pod('a', 'pod-identity');
    expect(podIdentity.podProblem(bare, ROLE_ARN)).toBe(
      'its token is for no audience, not pods.eks.amazonaws.com',
    );
  });

  test('the role is that of the association, for pods that do not prefer IRSA', () => {
    expect(having(association('a'))).toEqual(['pod-identity']);
    expect(having(association('a', { roleArn: OTHER_ROLE_ARN }))).toEqual([]);
    expect(having()).toEqual([]);
    // Injected, and the association is gone: what it has, it goes on reading with.
    expect([readingOn(), readingOn(association('a'))]).toEqual([['pod-identity'], []]);
    expect(podIdentity.carried(ROLE_ARN)).toBe('Pod Identity and nothing else');
    expect(podIdentity.annotation(ROLE_ARN)).toBeNull();
  });
});

describe('the trust', () => {
  const document = podIdentity.trust({ ...request, scope: 'exact', namespaces: [host('a')] });

  test('its own trust policy admits it and not another cluster', () => {
    expect(podIdentity.admits(document, request).kind).toBe('admitted');
    expect(podIdentity.originProblem(request.target, undefined)).toBeUndefined();
    const clusterArn = CLUSTER_ARN.replace('space-prod', 'another');
    const [asked] = podIdentity.unrelatedOrigins('another', request, undefined);
    expect(asked).toMatchObject({
      who: 'another cluster',
      request: { clusterArn, target: { clusterArn, clusterName: 'another' } },
    });
    expect(podIdentity.admits(document, asked?.request ?? request).kind).toBe('refused');
    const byName = { StringEquals: { 'aws:RequestTag/eks-cluster-name': request.target.clusterName } };
    const named = {
      ...document,
      Statement: document.Statement.map((one) => ({ ...one, Condition: byName })),
    };
    expect(podIdentity.admits(named, request).kind).toBe('admitted');
    expect(podIdentity.admits(named, asked?.request ?? request).kind).toBe('refused');
  });

  test('without session tags nobody tells the trust policy who asks', () => {
    expect([tells(true), tells(false)]).toEqual([true, false]);
  });
});

describe('the way to the role', () => {
  test('a token for EKS that is bound to the pod, and the role of the cluster’s association with it', async () => {
    const { dependencies, tokens, calls } = recording(undefined, true);
    expect(await podIdentity.assume(dependencies, principal)).toMatchObject({ kind: 'assumed' });
    expect(tokens).toEqual([{ ...principal, audience: 'pods.eks.amazonaws.com' }]);
    expect(calls).toEqual([['pod identity', CLUSTER, 'the token']]);
  });

  test('without a pod the token is bound to none; without a token nothing is asked of AWS', async () => {
    const { dependencies, tokens, calls } = recording({ kind: 'refused', why: 'forbidden' });
    const answer = await podIdentity.assume(dependencies, { ...principal, pod: undefined });
    expect(answer).toEqual({ kind: 'no-token', why: 'forbidden' });
    expect(tokens.map((token) => 'pod' in token)).toEqual([false]);
    expect(calls).toEqual([]);
  });

  test('through the association of the host', () => {
    expect(sessionProblem({ association: { id, arn } }, association('a'))).toBeUndefined();
    expect(sessionProblem({ association: { id: 'a-x', arn } }, association('a'))).toBe(
      `assumed through ${arn}, not ${arn}`,
    );
    expect(sessionProblem({ association: { id, arn: 'arn:x' } }, association('a'))).toBe(
      `assumed through arn:x, not ${arn}`,
    );
    expect(sessionProblem({}, association('a'))).toBe(`assumed through undefined, not ${arn}`);
    expect(sessionProblem({ association: { id, arn } })).toBe(
      `assumed through ${arn}, not an association that is known`,
    );
  });

  test('into the role, or the one that the association goes on to', () => {
    const other = assumed().assumedRole.replace(`/${ROLE}/`, '/made-by-hand/');
    const chained = association('a', { targetRoleArn: OTHER_ROLE_ARN });
    expect(sessionProblem({ association: { id, arn }, assumedRole: other }, chained)).toBeUndefined();
    expect(sessionProblem({ association: { id, arn }, assumedRole: other }, association('a'))).toBe(
      `assumed ${other}, not ${ROLE_ARN}`,
    );
    expect(sessionProblem({ association: { id, arn } }, chained)).toContain(`not ${OTHER_ROLE_ARN}`);
  });
});
