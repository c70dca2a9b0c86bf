/** Roles and associations of others: left alone, named, and taken over only when the user says so. */
import { beforeAll, expect, test } from '@jest/globals';
import { assumeByPodIdentity, controllerPods, SERVICE_ACCOUNT } from '../../sandbox/workload.ts';
import { snapshot } from './support/cluster.ts';
import { injectedInto, podIdentity } from './support/identity.ts';
import { exactPodIdentityTrust, ourTags, prodAccess, ROLE_NAME, roleArn, roleOf } from './support/role.ts';
import { errorOf, type Inputs, jsonOf, type Run, useScene } from './support/scene.ts';

const irsa = { mode: 'apply', identity: 'irsa' };
const podIdentityApply = { mode: 'apply', identity: 'pod-identity' };

const scene = useScene({ controlPlanes: 1, groups: 1 });
const eks = () => scene.world.aws.eks;
const cluster = () => eks().cluster(scene.world.clusterName);
const host = (): string => scene.world.hostNamespace('team-a', 'ctp-1');

const theirPolicy = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 's3:GetObject', Resource: '*' }],
};
const theirTrust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal: { Service: 'ec2.amazonaws.com' }, Action: 'sts:AssumeRole' }],
};

/** Someone's association for our service account, in place of the one before. */
function theirAssociation(more: object = {}): string {
  cluster().associations.clear();
  const roleArnOfTheirs = scene.world.aws.iam.arn('role/theirs');
  const association = {
    namespace: host(),
    serviceAccount: SERVICE_ACCOUNT,
    roleArn: roleArnOfTheirs,
    ...more,
  };
  return eks().addAssociation(scene.world.clusterName, association).associationId;
}

/** Refused as not owned, before any write. */
async function refused(inputs: Inputs): Promise<Run> {
  const before = await snapshot(scene);
  const run = await scene.fail('not-owned', inputs);
  expect(run.writes).toEqual([]);
  expect(await snapshot(scene)).toEqual(before);
  expect(run.outputs).toMatchObject({ verdict: 'error', changed: 'false' });
  expect(errorOf(run)).toContain('Nothing was written.');
  return run;
}

beforeAll(() => {
  const { iam } = scene.world.aws;
  iam.createRole({ roleName: 'theirs', trustPolicy: theirTrust });
  iam.createRole({
    roleName: ROLE_NAME,
    trustPolicy: theirTrust,
    tags: { team: 'payments' },
    inlinePolicies: { theirs: theirPolicy },
  });
});

test.each(['plan', 'apply'])('%s refuses a role without our mark, and names `adopt`', async (mode) => {
  const run = await refused({ ...irsa, mode });
  expect(errorOf(run)).toContain("a role of this name exists and does not carry this action's mark");
  expect(errorOf(run)).toContain('Set `adopt: true` to take it over');
});

test('a role that this action made for another cluster is refused even with `adopt: true`', async () => {
  const { iam } = scene.world.aws;
  const { tags } = roleOf(scene);
  iam.tagRole(ROLE_NAME, { ...ourTags(scene), 'spaces-workload-identity:cluster': `${cluster().arn}-other` });
  const run = await refused({ ...irsa, adopt: 'true' });
  expect(errorOf(run)).toContain('this action made it for another cluster');
  expect(errorOf(run)).not.toContain('adopt');
  iam.editRole(ROLE_NAME, { tags });
});

test('an association that an add-on owns is refused even with `adopt: true`', async () => {
  const ownerArn = eks().arn(`addon/${scene.world.clusterName}/external-secrets/1`);
  theirAssociation({ ownerArn });
  for (const inputs of [podIdentityApply, irsa]) {
    const run = await refused({ ...inputs, adopt: 'true' });
    expect(errorOf(run)).toContain(`the add-on ${ownerArn} owns it`);
  }
});

test('an association of someone else is in the way of either identity', async () => {
  theirAssociation();
  const pod = await refused(podIdentityApply);
  expect(errorOf(pod)).toContain("it points to another role, and it does not carry this action's mark");
  expect(errorOf(pod)).toContain(ROLE_NAME);
  const annotated = await refused(irsa);
  expect(errorOf(annotated)).toContain('an association wins over the annotation');
});

test('`adopt: true` takes role and association over in place, and leaves what others put on them', async () => {
  const id = theirAssociation({ tags: { team: 'payments' } });
  const run = await scene.succeed({ ...podIdentityApply, adopt: 'true' });

  expect(run.writes).toEqual([
    'eks:CreateAddon',
    'eks:TagResource',
    'eks:UpdatePodIdentityAssociation',
    'iam:PutRolePolicy',
    'iam:TagRole',
    'iam:UpdateAssumeRolePolicy',
  ]);
  expect(roleOf(scene)).toEqual({
    arn: roleArn(scene),
    tags: { team: 'payments', ...ourTags(scene) },
    attachedPolicies: [],
    trustPolicy: exactPodIdentityTrust(scene, [host()]),
    inlinePolicies: { theirs: theirPolicy, 'spaces-workload-identity': prodAccess(scene) },
  });
  expect([...cluster().associations.values()]).toMatchObject([
    { associationId: id, roleArn: roleArn(scene), tags: { team: 'payments', ...ourTags(scene) } },
  ]);
  expect(jsonOf(run, 'plan')).toMatchObject({
    changes: expect.arrayContaining([
      expect.objectContaining({ id: 'role/foreign-policy/theirs', action: 'foreign' }),
    ]),
  });
  expect((await controllerPods(scene, host())).map(injectedInto)).toEqual([podIdentity]);
  const session = await assumeByPodIdentity(scene, host());
  await expect(session.secret('prod/db/password')).resolves.toBe('correct-horse-battery-staple');
});

test('from then on they are ours: no `adopt` needed, nothing to do', async () => {
  const run = await scene.succeed(podIdentityApply);
  expect(run.writes).toEqual([]);
  expect(run.outputs).toMatchObject({ verdict: 'applied', changed: 'false', 'change-count': '0' });
});
