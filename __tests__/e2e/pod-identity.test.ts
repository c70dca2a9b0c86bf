/** EKS Pod Identity from nothing, the moves between the mechanisms, and control planes that come and go. */
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { assumeByIrsa, assumeByPodIdentity, controllerPods } from '../../sandbox/workload.ts';
import { annotationsOf, helmValues, isController, isNeighbour, only, snapshot } from './support/cluster.ts';
import { injectedInto, irsa, none, podIdentity } from './support/identity.ts';
import type { Injected } from './support/identity.ts';
import {
  exactIrsaTrust,
  exactPodIdentityTrust,
  ourTags,
  prodAccess,
  ROLE_NAME,
  roleOf,
} from './support/role.ts';
import { jsonOf, useScene } from './support/scene.ts';
import type { Run } from './support/scene.ts';

const apply = { mode: 'apply', identity: 'pod-identity' };
const irsaInstead = { mode: 'apply', identity: 'irsa' };

const scene = useScene({ controlPlanes: 3, groups: 2 });
const roleArn = (): string => scene.world.aws.iam.arn(`role/${ROLE_NAME}`);
/** Of all control planes that there are now. */
const namespaces = (): string[] =>
  scene.world.space
    .controlPlanes()
    .map(({ metadata }) => scene.world.hostNamespace(metadata?.namespace ?? '', metadata?.name ?? ''))
    .toSorted();
const associations = () => [...scene.world.aws.eks.cluster(scene.world.clusterName).associations.values()];

const inOrder = (run: Run): string[] =>
  run.calls.filter((call) => !call.readOnly).map(({ action }) => action);

/** The trust policies that a run wrote, one after the other. */
const trustsWritten = (run: Run): string[] =>
  run.calls
    .filter(({ action }) => action === 'UpdateAssumeRolePolicy')
    .map(({ request }) => z.object({ PolicyDocument: z.string() }).parse(request).PolicyDocument);

/** Every controller pod of every control plane. */
async function injected(): Promise<Injected[]> {
  const pods = await Promise.all(namespaces().map((namespace) => controllerPods(scene, namespace)));
  return pods.flat().map(injectedInto);
}

test('from nothing: agent, role and associations, without an upgrade of the Space', async () => {
  const before = await snapshot(scene);
  const run = await scene.succeed(apply);

  expect(run.writes).toEqual([
    'eks:CreateAddon',
    'eks:CreatePodIdentityAssociation',
    'eks:CreatePodIdentityAssociation',
    'eks:CreatePodIdentityAssociation',
    'iam:CreateRole',
    'iam:PutRolePolicy',
  ]);
  expect(roleOf(scene)).toEqual({
    arn: roleArn(),
    tags: ourTags(scene),
    attachedPolicies: [],
    trustPolicy: exactPodIdentityTrust(scene, namespaces()),
    inlinePolicies: { 'spaces-workload-identity': prodAccess(scene) },
  });
  const made = associations();
  expect(made).toHaveLength(3);
  for (const association of made)
    expect(association).toMatchObject({
      serviceAccount: 'external-secrets-controller',
      roleArn: roleArn(),
      tags: ourTags(scene),
      disableSessionTags: false,
    });
  expect(jsonOf(run, 'associations')).toEqual(
    Object.fromEntries(made.map(({ namespace, associationId }) => [namespace, associationId])),
  );
  expect(await injected()).toEqual([podIdentity, podIdentity, podIdentity]);

  const after = await snapshot(scene);
  expect(only(after.pods, isNeighbour)).toEqual(only(before.pods, isNeighbour));
  expect(after.revisions).toEqual(before.revisions);
  expect(after.serviceAccounts).toMatchObject(before.serviceAccounts);
  expect(run.outputs).toMatchObject({
    verdict: 'applied',
    changed: 'true',
    verified: 'true',
    'role-arn': roleArn(),
    'summary-line': 'space-prod: 7 to create, 0 to update, 0 to delete, 3 to restart',
  });
  expect(jsonOf(run, 'restarted')).toEqual(namespaces());
});

test('a pod takes the role through the agent and reads under the prefixes, and no other', async () => {
  for (const namespace of namespaces()) {
    const session = await assumeByPodIdentity(scene, namespace);
    await expect(session.secret('prod/db/password')).resolves.toBe('correct-horse-battery-staple');
    await expect(session.parameter('/prod/api/key')).resolves.toBe('e7c0ffee');
    await expect(session.secret('other/thing')).rejects.toThrow(/not authorized/);
    await expect(session.parameter('/other/thing')).rejects.toThrow(/not authorized/);
  }
});

test('a second apply writes nothing to AWS, Helm or Kubernetes', async () => {
  const before = await snapshot(scene);
  const run = await scene.succeed(apply);
  expect(run.writes).toEqual([]);
  expect(await snapshot(scene)).toEqual(before);
  expect(run.outputs).toMatchObject({
    verdict: 'applied',
    changed: 'false',
    verified: 'true',
    restarted: '[]',
  });
});

test('a fourth control plane whose pod the webhook misses: only that one is restarted, and once more', async () => {
  await scene.world.addControlPlane('team-b', 'ctp-4');
  const fourth = scene.world.hostNamespace('team-b', 'ctp-4');
  const before = await snapshot(scene);
  scene.world.webhook.settings.missNext = 1;

  const run = await scene.succeed(apply);

  expect(run.writes).toEqual(['eks:CreatePodIdentityAssociation', 'iam:UpdateAssumeRolePolicy']);
  expect(run.log).toContain('came up without the identity (round 1 of');
  expect(jsonOf(run, 'restarted')).toEqual([fourth]);
  expect(await injected()).toEqual([podIdentity, podIdentity, podIdentity, podIdentity]);
  const { items } = await scene.client.apps.listNamespacedReplicaSet({ namespace: fourth });
  const ofController = items.filter(({ metadata }) => isController(`/${metadata?.name}`));
  expect(ofController).toHaveLength(3);
  const after = await snapshot(scene);
  const rest = (name: string): boolean => !(name.startsWith(fourth) && isController(name));
  expect(only(after.pods, rest)).toEqual(only(before.pods, rest));
  expect(only(after.deployments, rest)).toEqual(only(before.deployments, rest));
});

test('the move to IRSA takes the associations out; both are trusted until the pods have moved', async () => {
  const run = await scene.succeed(irsaInstead);
  expect(inOrder(run)).toEqual([
    'CreateOpenIDConnectProvider',
    'UpdateAssumeRolePolicy',
    ...namespaces().map(() => 'DeletePodIdentityAssociation'),
    'UpdateAssumeRolePolicy',
  ]);
  const [during = '', end = ''] = trustsWritten(run);
  expect(z.object({ Statement: z.array(z.unknown()) }).parse(JSON.parse(during)).Statement).toHaveLength(2);
  expect(JSON.parse(end)).toEqual(exactIrsaTrust(scene, namespaces()));
  expect(associations()).toEqual([]);
  expect(await injected()).toEqual(namespaces().map(() => irsa(roleArn())));
  for (const namespace of namespaces()) {
    const session = await assumeByIrsa(scene, roleArn(), namespace);
    await expect(session.secret('prod/db/password')).resolves.toBe('correct-horse-battery-staple');
    await expect(assumeByPodIdentity(scene, namespace)).rejects.toThrow(/No association found/);
  }
});

test('the move back to Pod Identity takes the annotation out of the values and the service accounts', async () => {
  const run = await scene.succeed(apply);
  expect(inOrder(run)).toEqual([
    'UpdateAssumeRolePolicy',
    ...namespaces().map(() => 'CreatePodIdentityAssociation'),
    'UpdateAssumeRolePolicy',
  ]);
  expect(roleOf(scene).trustPolicy).toEqual(exactPodIdentityTrust(scene, namespaces()));
  expect(JSON.stringify(await helmValues(scene))).not.toContain('eks.amazonaws.com/role-arn');
  for (const namespace of namespaces()) {
    expect(await annotationsOf(scene, namespace)).toEqual({});
    await expect(assumeByIrsa(scene, roleArn(), namespace)).rejects.toThrow(/Not authorized/);
    const session = await assumeByPodIdentity(scene, namespace);
    await expect(session.secret('prod/db/password')).resolves.toBe('correct-horse-battery-staple');
  }
  expect(await injected()).toEqual(namespaces().map(() => podIdentity));
});

test('the association of a control plane that is gone stays with `prune: false` and goes without', async () => {
  const gone = scene.world.hostNamespace('team-a', 'ctp-1');
  await scene.world.removeControlPlane('team-a', 'ctp-1');
  const before = await snapshot(scene);

  const kept = await scene.succeed({ ...apply, prune: 'false' });
  expect(kept.writes).toEqual([]);
  expect(associations().map(({ namespace }) => namespace)).toContain(gone);

  const pruned = await scene.succeed(apply);
  expect(pruned.writes).toEqual(['eks:DeletePodIdentityAssociation', 'iam:UpdateAssumeRolePolicy']);
  expect(
    associations()
      .map(({ namespace }) => namespace)
      .toSorted(),
  ).toEqual(namespaces());
  expect(roleOf(scene).trustPolicy).toEqual(exactPodIdentityTrust(scene, namespaces()));
  expect(await snapshot(scene)).toEqual(before);
});

test('destroy takes out the associations, the role and the provider of the time with IRSA; the agent stays', async () => {
  const run = await scene.succeed({ mode: 'destroy', identity: 'pod-identity' });
  expect(run.writes).toEqual([
    ...namespaces().map(() => 'eks:DeletePodIdentityAssociation'),
    'iam:DeleteOpenIDConnectProvider',
    'iam:DeleteRole',
    'iam:DeleteRolePolicy',
  ]);
  expect(associations()).toEqual([]);
  expect(scene.world.aws.iam.role(ROLE_NAME)).toBeUndefined();
  expect(await injected()).toEqual(namespaces().map(() => none));
  const { addons } = scene.world.aws.eks.cluster(scene.world.clusterName);
  expect([...addons.keys()]).toEqual(['eks-pod-identity-agent']);
  expect(run.outputs).toMatchObject({ verdict: 'destroyed', changed: 'true' });
});
