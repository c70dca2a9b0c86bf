/** EKS Pod Identity: its own checks turn red on their own, and the access is proven with the token of a running pod. */
import { describe, expect, test } from '@jest/globals';
import { controllerPods, SERVICE_ACCOUNT } from '../../sandbox/workload.ts';
import { exactPodIdentityTrust, ROLE_NAME, roleOf } from './support/role.ts';
import { namesOf, useScene } from './support/scene.ts';
import { expectNoSecrets } from './support/traces.ts';
import {
  addStore,
  checksOf,
  deleteStore,
  detailOf,
  keepTrust,
  notPassed,
  probed,
  unproven,
  useVerifying,
} from './support/verification.ts';

const scene = useScene({
  controlPlanes: [
    { group: 'team-a', name: 'one' },
    { group: 'team-a', name: 'two' },
  ],
});
const host = (name: string): string => scene.world.hostNamespace('team-a', name);
const inputs = { identity: 'pod-identity', 'fail-on-drift': 'false', 'comment-on-pr': 'false' };
const proof = {
  'prove-access': 'true',
  'probe-secrets': 'prod/db/password',
  'probe-parameters': '/prod/api/key',
};

const { look, turns } = useVerifying(scene, { ...inputs, ...proof });

const association = () =>
  scene.world.aws.eks.association(scene.world.clusterName, host('one'), SERVICE_ACCOUNT);
const nodeOf = async (name: string): Promise<string> =>
  (await controllerPods(scene, host(name)))[0]?.spec?.nodeName ?? '';

test('the first apply proves the access, though changes are seen eight seconds late', async () => {
  scene.world.aws.settings.propagationMs = 8_000;
  const run = await scene.succeed({ ...inputs, ...proof, mode: 'apply' });
  scene.world.aws.settings.propagationMs = 0;

  expect(notPassed(run)).toEqual([]);
  expect(run.outputs['verified']).toBe('true');
  expect(checksOf(run, 'team-a/one')).toEqual([
    'association',
    'rollout',
    'pod-identity-injected',
    'trust-policy',
    'permissions',
    'store-auth',
    'store-status',
    'agent',
    'access-proof',
    'access-proof-negative',
  ]);
  const proven = detailOf(run, 'team-a/one', 'access-proof');
  expect(proven).toContain(
    `as system:serviceaccount:${host('one')}:${SERVICE_ACCOUNT} through ${association()?.associationId}`,
  );
  expect(proven).toContain('read secret prod/db/password, parameter /prod/api/key');
  expect(namesOf(run.calls)).toContain('eks-auth:AssumeRoleForPodIdentity');
  await expectNoSecrets(scene, run, { more: probed });
});

describe('each check on its own', () => {
  test('association: a role made by hand', async () => {
    const there = association();
    const { associations } = scene.world.aws.eks.cluster(scene.world.clusterName);
    const pointTo = (roleArn: string) => {
      if (there !== undefined) associations.set(there.associationId, { ...there, roleArn });
    };
    const other = scene.world.aws.iam.createRole({
      roleName: 'made-by-hand',
      trustPolicy: exactPodIdentityTrust(scene, [host('one')]),
    });
    const run = await turns(
      ['team-a/one association: fail', 'team-a/one access-proof: fail'],
      () => pointTo(other.arn),
      () => pointTo(roleOf(scene).arn),
    );
    expect(detailOf(run, 'team-a/one', 'association')).toContain(`points to ${other.arn}`);
    expect(detailOf(run, 'team-a/one', 'access-proof')).toContain('assumed-role/made-by-hand/');
    const quiet = await look(unproven);
    expect(notPassed(quiet)).toEqual([]);
  });

  test('trust-policy: another namespace in place of ours, and with it the proof', async () => {
    const run = await turns(
      ['team-a/one trust-policy: fail', 'team-a/one access-proof: fail'],
      () =>
        scene.world.aws.iam.setTrustPolicy(
          ROLE_NAME,
          exactPodIdentityTrust(scene, ['mxp-other-system', host('two')]),
        ),
      keepTrust(scene),
    );
    expect(detailOf(run, 'team-a/one', 'access-proof')).toContain('AccessDenied');
  });

  test('store-auth: a store with auth.jwt can’t work here', async () => {
    const run = await turns(
      // Spaces says so too: it is the same fault, seen from the other side.
      ['team-a/two store-auth: fail', 'team-a/two store-status: fail'],
      async () =>
        await addStore(scene, 'jwt', ['two'], {
          auth: { jwt: { serviceAccountRef: { name: SERVICE_ACCOUNT } } },
        }),
      async () => await deleteStore(scene, 'jwt'),
    );
    expect(detailOf(run, 'team-a/two', 'store-auth')).toContain('take spec.provider.aws.auth.jwt out');
  });

  test('agent: the add-on is degraded', async () => {
    const { addons } = scene.world.aws.eks.cluster(scene.world.clusterName);
    const there = addons.get('eks-pod-identity-agent');
    const set = (status: string) => {
      if (there !== undefined) addons.set('eks-pod-identity-agent', { ...there, status });
    };
    const run = await turns(
      ['team-a/one agent: fail', 'team-a/two agent: fail'],
      () => set('DEGRADED'),
      () => set('ACTIVE'),
    );
    expect(detailOf(run, 'team-a/one', 'agent')).toContain('the add-on is DEGRADED');
  });

  test('agent: a pod on a node that it can’t serve', async () => {
    const node = await nodeOf('one');
    const alike = (await nodeOf('two')) === node;
    const run = await turns(
      ['team-a/one agent: fail', ...(alike ? ['team-a/two agent: fail'] : [])],
      async () =>
        await scene.world.kubectl(['label', 'node', node, 'eks.amazonaws.com/compute-type=fargate']),
      async () => await scene.world.kubectl(['label', 'node', node, 'eks.amazonaws.com/compute-type-']),
    );
    expect(detailOf(run, 'team-a/one', 'agent')).toContain('is on Fargate');
  });

  test('the proof can’t be taken without the permission, and it says which', async () => {
    scene.world.aws.faults.add({
      action: 'eks-auth:AssumeRoleForPodIdentity',
      error: {
        code: 'AccessDeniedException',
        message: 'User: x is not authorized to perform: eks-auth:AssumeRoleForPodIdentity on resource: y',
        status: 400,
      },
      times: 10,
    });
    const run = await look();
    scene.world.aws.faults.clear();
    expect(notPassed(run)).toContain('team-a/one access-proof: unknown');
    expect(detailOf(run, 'team-a/one', 'access-proof')).toContain(
      'Allow the job’s role eks-auth:AssumeRoleForPodIdentity',
    );
  });
});

test('a role made elsewhere with a wrong trust policy fails in bounded time, though the run has just written', async () => {
  const wrong = scene.world.aws.iam.createRole({
    roleName: 'wrong',
    trustPolicy: exactPodIdentityTrust(scene, ['mxp-other-system']),
    inlinePolicies: {
      reads: {
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*' }],
      },
    },
  });
  const started = Date.now();
  const run = await scene.fail('not-verified', {
    ...inputs,
    mode: 'apply',
    'role-arn': wrong.arn,
    'secret-prefixes': '',
    'parameter-prefixes': '',
    adopt: 'true',
    'prove-access': 'true',
  });
  expect(run.writes).toContain('eks:UpdatePodIdentityAssociation');
  expect(detailOf(run, 'team-a/one', 'access-proof')).toContain('AccessDenied');
  expect(detailOf(run, 'team-a/one', 'trust-policy')).toContain('does not admit it');
  expect(Date.now() - started).toBeLessThan(200_000);
  const errors = run.annotations.filter(({ level }) => level === 'error');
  expect(errors).toHaveLength(1);
}, 400_000);
