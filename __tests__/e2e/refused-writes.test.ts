/** A write for one control plane that AWS refuses keeps no other from being served; a restart that a policy of the cluster refuses is said as such. */
import { beforeEach, describe, expect, test } from '@jest/globals';
import { associationsOf, eksCluster } from './support/associations.ts';
import { injectedIn } from './support/cluster.ts';
import { GROUP, untilPolicyHolds } from './support/group-member.ts';
import { none, podIdentity } from './support/identity.ts';
import { errorOf, jsonOf, type Scene, useScene } from './support/scene.ts';
import { notPassed } from './support/verification.ts';

const apply = { mode: 'apply', identity: 'pod-identity' };
const controlPlanes = ['one', 'two', 'three'].map((name) => ({ group: 'team-a', name }));
const hostOf = ({ world }: Scene, name: string): string => world.hostNamespace('team-a', name);

describe.each([
  {
    code: 'AccessDeniedException',
    status: 403,
    message:
      'User: arn:aws:sts::111122223333:assumed-role/github-runner/run is not authorized to perform: eks:CreatePodIdentityAssociation with an explicit deny in a service control policy',
    reason: 'access-denied',
  },
  {
    code: 'InvalidParameterException',
    status: 400,
    message: 'The namespace is held back by a rule of this cluster',
    reason: 'invalid-input',
  },
])('$code for one association', ({ code, status, message, reason }) => {
  const scene = useScene({ controlPlanes });
  beforeEach(() => scene.world.aws.faults.clear());

  test('all others are served, restarted and verified, and the run fails with its reason', async () => {
    const refused = hostOf(scene, 'two');
    const others = ['one', 'three'].map((name) => hostOf(scene, name)).toSorted();
    scene.world.aws.faults.add({
      action: 'eks:CreatePodIdentityAssociation',
      error: { code, message, status },
      times: Infinity,
      when: ({ namespace }) => namespace === refused,
    });
    const run = await scene.fail(reason, apply);

    expect(errorOf(run)).toContain(message);
    expect(errorOf(run)).toContain(`not attempted: restart/${refused}`);
    expect(jsonOf(run, 'restarted')).toEqual(others);
    const associated = associationsOf(scene).map(({ namespace }) => namespace);
    expect(associated.toSorted()).toEqual(others);
    expect(await injectedIn(scene, others)).toEqual([podIdentity, podIdentity]);
    expect(await injectedIn(scene, [refused])).toEqual([none]);
    expect(run.outputs).toMatchObject({ changed: 'true', verified: 'false' });
    expect(notPassed(run).filter((row) => !row.startsWith('team-a/two '))).toEqual([]);
    expect(notPassed(run)).toContain('team-a/two association: fail');
    for (const name of ['one', 'three'])
      expect(run.summary).toMatch(new RegExp(`<code>team-a/${name}</code> .*✅ \\d+ checks`));
    expect(run.summary).toMatch(/<code>team-a\/two<\/code> .*❌/);
    expect(run.summary).toContain(message);
    for (const outcome of ['✅ done', 'not attempted']) expect(run.summary).toContain(outcome);
  });

  test('the next run does what was left, and nothing more', async () => {
    const run = await scene.succeed(apply);
    expect(run.writes).toEqual(['eks:CreatePodIdentityAssociation']);
    expect(jsonOf(run, 'restarted')).toEqual([hostOf(scene, 'two')]);
    expect(run.outputs).toMatchObject({ verdict: 'applied', verified: 'true' });
  });
});

/** Somebody's own. Without a `reason`, which most have none of, the API server calls the restart invalid, not forbidden. */
const policy = (reason: object) => [
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicy',
    metadata: { name: 'no-restarts' },
    spec: {
      matchConstraints: {
        resourceRules: [
          { apiGroups: ['apps'], apiVersions: ['*'], operations: ['UPDATE'], resources: ['deployments'] },
        ],
      },
      matchConditions: [
        { name: 'the-job', expression: `'${GROUP}' in request.userInfo.?groups.orValue([])` },
      ],
      validations: [{ expression: 'false', message: 'not on Fridays', ...reason }],
    },
  },
  {
    apiVersion: 'admissionregistration.k8s.io/v1',
    kind: 'ValidatingAdmissionPolicyBinding',
    metadata: { name: 'no-restarts' },
    spec: { policyName: 'no-restarts', validationActions: ['Deny'] },
  },
];

describe('a restart that an admission policy of the cluster refuses', () => {
  const scene = useScene({ controlPlanes: [{ group: 'team-a', name: 'one' }] });

  test.each([
    ['Forbidden', { reason: 'Forbidden' }],
    ['Invalid', {}],
  ])('as %s: names the policy and what it says, and not RBAC', async (_what, reason) => {
    const namespace = hostOf(scene, 'one');
    await scene.client.apply(policy(reason));
    await untilPolicyHolds(scene.world, namespace, 'external-secrets');
    const run = await scene.fail('access-denied', apply);
    await scene.world.kubectl(['delete', 'validatingadmissionpolicybinding/no-restarts']);
    eksCluster(scene).associations.clear();

    expect(errorOf(run)).toContain("'no-restarts' denied request: not on Fridays");
    expect(errorOf(run)).toContain('ValidatingAdmissionPolicy no-restarts of the cluster refuses the object');
    expect(errorOf(run)).not.toContain('kubectl apply');
    expect(await injectedIn(scene, [namespace])).toEqual([none]);
  });
});
