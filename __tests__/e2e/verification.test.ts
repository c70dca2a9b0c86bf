/** By either mechanism: the access is proven, and every check turns red for its own reason and for no other. */
import { describe, expect, test } from '@jest/globals';
import { SERVICE_ACCOUNT } from '../../sandbox/workload.ts';
import { associationOf } from './support/associations.ts';
import { ENVIRONMENT_BREAKAGES } from './support/breakages-environment.ts';
import { IRSA_BREAKAGES } from './support/breakages-irsa.ts';
import { POD_IDENTITY_BREAKAGES } from './support/breakages-pod-identity.ts';
import { MECHANISMS } from './support/mechanisms.ts';
import { exactPodIdentityTrust, ROLE_NAME } from './support/role.ts';
import { sampled } from './support/sample.ts';
import { type Inputs, namesOf, type Scene, useScene } from './support/scene.ts';
import { addStore, deleteStore } from './support/shared-secrets.ts';
import { expectNoSecrets } from './support/traces.ts';
import {
  checksOf,
  detailOf,
  hostOf,
  notPassed,
  ONE_AND_TWO,
  probed,
  unproven,
  useVerifying,
  type Verifying,
} from './support/verification.ts';

const BREAKAGES = {
  irsa: [...IRSA_BREAKAGES, ...ENVIRONMENT_BREAKAGES],
  'pod-identity': [...POD_IDENTITY_BREAKAGES, ...ENVIRONMENT_BREAKAGES],
};
const PROOF = {
  'prove-access': 'true',
  'probe-secrets': 'prod/db/password',
  'probe-parameters': '/prod/api/key',
};

describe.each(sampled(MECHANISMS))('$identity', ({ identity, checks }) => {
  const scene = useScene({ controlPlanes: ONE_AND_TWO });
  const inputs = { identity, 'fail-on-drift': 'false', 'comment-on-pr': 'false' };
  const verifying = useVerifying(scene, { ...inputs, ...PROOF });
  const { look, shows } = verifying;

  test('the first apply proves the access, though changes are seen eight seconds late', async () => {
    // A store that lives on what the pods carry has failed so far, and is cleared by the restart.
    await addStore(scene, 'pods', ['one', 'two']);
    scene.world.aws.settings.propagationMs = 8_000;
    const run = await scene.succeed({ ...inputs, ...PROOF, mode: 'apply' });
    scene.world.aws.settings.propagationMs = 0;

    expect(notPassed(run)).toEqual([]);
    expect(run.outputs['verified']).toBe('true');
    expect(checksOf(run, 'team-a/one')).toEqual(checks);
    expect(detailOf(run, 'team-a/one', 'store-status')).toBe('provisioned: team-a/pods');
    await deleteStore(scene, 'pods');
    const proven = detailOf(run, 'team-a/one', 'access-proof');
    expect(proven).toContain(`system:serviceaccount:${hostOf(scene, 'one')}:${SERVICE_ACCOUNT}`);
    expect(proven).toContain('read secret prod/db/password, parameter /prod/api/key');
    expect(proven).toContain(`assumed-role/${ROLE_NAME}/`);
    if (identity === 'irsa') {
      const tries = run.calls.filter(({ action }) => action === 'AssumeRoleWithWebIdentity');
      expect(tries.some(({ outcome }) => outcome === 'AccessDenied')).toBe(true);
    } else {
      const { associationId } = associationOf(scene, hostOf(scene, 'one'));
      expect(proven).toContain(
        `as system:serviceaccount:${hostOf(scene, 'one')}:${SERVICE_ACCOUNT} through ${associationId}`,
      );
      expect(namesOf(run.calls)).toContain('eks-auth:AssumeRoleForPodIdentity');
    }
    await expectNoSecrets(scene, run, { more: probed });
    expect(run.summary).toMatch(/Verification/);
  });

  test('a check proves it too: few calls, nothing written, nothing shown', async () => {
    const run = await look();
    expect(notPassed(run)).toEqual([]);
    const simulations = namesOf(run.calls).filter((name) => name === 'iam:SimulatePrincipalPolicy');
    // One an action.
    expect(simulations).toHaveLength(6);
    await expectNoSecrets(scene, run, { more: probed });
  });

  test.each(BREAKAGES[identity])('$name', async (breakage) => {
    await shows(breakage);
  });

  test('when all that is put right, nothing is red', async () => {
    expect(notPassed(await look(unproven))).toEqual([]);
  });

  test('access-proof: a secret that the role may not read', async () => {
    const run = await look({ 'probe-secrets': 'other/thing', 'probe-parameters': '' });
    expect(notPassed(run)).toEqual(['team-a/one access-proof: fail', 'team-a/two access-proof: fail']);
    expect(detailOf(run, 'team-a/one', 'access-proof')).toContain(
      'secret other/thing: refused, AccessDenied',
    );
  });

  if (identity === 'irsa') testIrsaOnly(scene, verifying);
  else testPodIdentityOnly(scene, verifying, inputs);
});

/** An organisation's policy that allows one region only, but for services that have none. */
const lock = (region: string) => ({
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Deny',
      NotAction: ['iam:*', 'sts:*', 'eks:*'],
      Resource: '*',
      Condition: { StringNotEquals: { 'aws:RequestedRegion': region } },
    },
  ],
});

function testIrsaOnly(scene: Scene, { look }: Verifying): void {
  test('a namesake in namespace default is refused too', async () => {
    await scene.world.kubectl(['create', 'serviceaccount', SERVICE_ACCOUNT, '-n', 'default']);
    const run = await look();
    expect(notPassed(run)).toEqual([]);
    expect(detailOf(run, 'team-a/one', 'access-proof-negative')).toContain(
      `system:serviceaccount:default:${SERVICE_ACCOUNT} is refused`,
    );
    await scene.world.kubectl(['delete', 'serviceaccount', SERVICE_ACCOUNT, '-n', 'default']);
  });

  test('when IAM throttles the simulation, the role’s own policies are evaluated, and it says so', async () => {
    scene.world.aws.faults.add({
      action: 'iam:SimulatePrincipalPolicy',
      error: { code: 'Throttling', message: 'Rate exceeded', status: 400 },
      times: 100,
    });
    const run = await look(unproven);
    scene.world.aws.faults.clear();
    expect(notPassed(run)).toEqual([]);
    expect(detailOf(run, 'team-a/one', 'permissions')).toContain(
      'evaluated locally, since IAM gave no answer: Throttling: Rate exceeded',
    );
  });

  test('an organisation that locks its regions is no reason to doubt the permissions', async () => {
    const { iam, region } = scene.world.aws;
    iam.addServiceControlPolicy('regions', lock(region));
    const run = await look();
    expect(notPassed(run)).toEqual([]);
    expect(detailOf(run, 'team-a/one', 'permissions')).toContain('simulated by IAM');
    iam.addServiceControlPolicy('elsewhere', lock('us-east-1'));
    expect(notPassed(await look(unproven))).toEqual([
      'team-a/one permissions: fail',
      'team-a/two permissions: fail',
    ]);
    iam.serviceControlPolicies.length = 0;
  });

  test('when the job may not simulate, the role’s own policies are evaluated, and it says so', async () => {
    scene.world.aws.faults.add({
      action: 'iam:SimulatePrincipalPolicy',
      error: { code: 'AccessDenied', message: 'not authorized', status: 403 },
      times: 2,
    });
    const run = await look(unproven);
    scene.world.aws.faults.clear();
    expect(notPassed(run)).toEqual([]);
    expect(detailOf(run, 'team-a/one', 'permissions')).toContain('evaluated locally');
  });
}

function testPodIdentityOnly(scene: Scene, { look }: Verifying, inputs: Inputs): void {
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
      "Allow the job's role eks-auth:AssumeRoleForPodIdentity",
    );
  });

  test('a role made elsewhere with a wrong trust policy fails in bounded time, though the run has just written', async () => {
    const Statement = [{ Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*' }];
    const wrong = scene.world.aws.iam.createRole({
      roleName: 'wrong',
      trustPolicy: exactPodIdentityTrust(scene, ['mxp-other-system']),
      inlinePolicies: { reads: { Version: '2012-10-17', Statement } },
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
    expect(run.annotations.filter(({ level }) => level === 'error')).toHaveLength(1);
  }, 400_000);
}
