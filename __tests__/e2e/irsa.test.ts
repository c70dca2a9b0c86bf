/** IRSA from nothing, and what a second run, a new control plane and a stuck one do. */
import { expect, test } from '@jest/globals';
import { assumeByIrsa, controllerPods } from '../../sandbox/workload.ts';
import { annotationsOf, helmValues, isController, isNeighbour, only, snapshot } from './support/cluster.ts';
import { injectedInto, irsa } from './support/identity.ts';
import { clusterOf, exactIrsaTrust, ourTags, prodAccess, ROLE_NAME, roleOf } from './support/role.ts';
import { errorOf, jsonOf, useScene } from './support/scene.ts';

const ANNOTATION = 'eks.amazonaws.com/role-arn';
const apply = { mode: 'apply', identity: 'irsa' };

// An older Space than the newest chart in the registry: an upgrade of the values must not upgrade the Space.
const scene = useScene({ controlPlanes: 3, groups: 2, spacesVersion: '1.16.2' });
const three = [
  ['team-a', 'ctp-1'],
  ['team-a', 'ctp-3'],
  ['team-b', 'ctp-2'],
] as const;
const namespaces = (): string[] =>
  three.map(([group, name]) => scene.world.hostNamespace(group, name)).toSorted();
const roleArn = (): string => scene.world.aws.iam.arn(`role/${ROLE_NAME}`);

/** A control plane whose first pod has come up before the webhook knew of it. */
async function addUnnoticed(group: string, name: string): Promise<string> {
  const { webhook } = scene.world;
  webhook.settings.down = true;
  await scene.world.addControlPlane(group, name);
  webhook.settings.down = false;
  return scene.world.hostNamespace(group, name);
}

test('from nothing: role, provider, annotation, and a restart of the controllers alone', async () => {
  const before = await snapshot(scene);
  const valuesBefore = await helmValues(scene);

  const run = await scene.succeed(apply);

  expect(run.writes).toEqual(['iam:CreateOpenIDConnectProvider', 'iam:CreateRole', 'iam:PutRolePolicy']);
  expect(roleOf(scene)).toEqual({
    arn: roleArn(),
    tags: ourTags(scene),
    attachedPolicies: [],
    trustPolicy: exactIrsaTrust(scene, namespaces()),
    inlinePolicies: { 'spaces-workload-identity': prodAccess(scene) },
  });
  const provider = scene.world.aws.iam.providers.get(clusterOf(scene).providerArn);
  expect(provider).toMatchObject({ clientIds: ['sts.amazonaws.com'], tags: ourTags(scene) });
  const creation = run.calls.find(({ action }) => action === 'CreateOpenIDConnectProvider');
  expect(creation?.request).not.toHaveProperty('ThumbprintList');

  expect(await helmValues(scene)).toEqual({
    ...valuesBefore,
    controlPlanes: {
      vector: { serviceAccount: { customAnnotations: { 'example.com/team': 'platform' } } },
      sharedSecrets: {
        resources: { requests: { cpu: '20m' } },
        serviceAccount: { customAnnotations: { [ANNOTATION]: roleArn() } },
      },
    },
  });
  for (const namespace of namespaces()) {
    expect(await annotationsOf(scene, namespace)).toEqual({ [ANNOTATION]: roleArn() });
    const pods = await controllerPods(scene, namespace);
    expect(pods.map(injectedInto)).toEqual([irsa(roleArn())]);
  }

  const after = await snapshot(scene);
  expect(Object.keys(only(before.pods, isNeighbour))).toHaveLength(9);
  expect(only(after.pods, isNeighbour)).toEqual(only(before.pods, isNeighbour));
  expect(after.revisions).toEqual([
    { revision: 1, status: 'superseded', chart: 'spaces-1.16.2' },
    { revision: 2, status: 'deployed', chart: 'spaces-1.16.2' },
  ]);
  expect(run.outputs).toMatchObject({
    verdict: 'applied',
    changed: 'true',
    'summary-line': 'space-prod: 5 to create, 0 to update, 0 to delete, 3 to restart',
    verified: 'true',
    'role-arn': roleArn(),
    'role-name': ROLE_NAME,
    'oidc-provider-arn': clusterOf(scene).providerArn,
    'account-id': scene.world.aws.account,
    associations: '{}',
    'plan-digest': expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    'helm-version': scene.world.downloads.helm.version,
    'kubectl-version': scene.world.downloads.kubectl.version,
    'checked-at': expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
  });
  expect(jsonOf(run, 'restarted')).toEqual(namespaces());
  expect(jsonOf(run, 'control-planes')).toEqual(
    three.map(([group, name]) => {
      const namespace = scene.world.hostNamespace(group, name);
      const id = namespace.slice('mxp-'.length, -'-system'.length);
      return { controlPlane: `${group}/${name}`, id, namespace, ready: true };
    }),
  );
  for (const [group, name] of three)
    expect(run.summary).toMatch(new RegExp(`<code>${group}/${name}</code> .*restart.* ✅ \\d+ checks`));
});

test('the workload takes the role with its token and reads under the prefixes, and no other', async () => {
  for (const namespace of namespaces()) {
    const session = await assumeByIrsa(scene, roleArn(), namespace);
    await expect(session.secret('prod/db/password')).resolves.toBe('correct-horse-battery-staple');
    await expect(session.parameter('/prod/api/key')).resolves.toBe('e7c0ffee');
    await expect(session.secret('other/thing')).rejects.toThrow(
      /not authorized to perform: secretsmanager:GetSecretValue/,
    );
    await expect(session.parameter('/other/thing')).rejects.toThrow(
      /not authorized to perform: ssm:GetParameter/,
    );
  }
  const [namespace = ''] = namespaces();
  const refusal = /Not authorized to perform sts:AssumeRoleWithWebIdentity/;
  await expect(assumeByIrsa(scene, roleArn(), namespace, 'crossplane')).rejects.toThrow(refusal);
  await scene.client.apply(`
apiVersion: v1
kind: ServiceAccount
metadata: { name: external-secrets-controller, namespace: team-a }`);
  await expect(assumeByIrsa(scene, roleArn(), 'team-a')).rejects.toThrow(refusal);
});

test('a second apply writes nothing to AWS, Helm or Kubernetes', async () => {
  const before = await snapshot(scene);
  const run = await scene.succeed(apply);
  expect(run.writes).toEqual([]);
  expect(await snapshot(scene)).toEqual(before);
  expect(run.outputs).toMatchObject({
    verdict: 'applied',
    changed: 'false',
    'change-count': '0',
    verified: 'true',
    restarted: '[]',
  });
});

test('a fourth control plane: only that one is restarted, and the trust policy names it', async () => {
  const fourth = await addUnnoticed('team-b', 'ctp-4');
  const before = await snapshot(scene);
  const run = await scene.succeed(apply);

  expect(run.writes).toEqual(['iam:UpdateAssumeRolePolicy']);
  expect(roleOf(scene).trustPolicy).toEqual(exactIrsaTrust(scene, [...namespaces(), fourth]));
  expect(jsonOf(run, 'restarted')).toEqual([fourth]);
  expect((await controllerPods(scene, fourth)).map(injectedInto)).toEqual([irsa(roleArn())]);
  const after = await snapshot(scene);
  const isRestarted = (name: string): boolean => name.startsWith(fourth) && isController(name);
  const rest = (name: string): boolean => !isRestarted(name);
  expect(only(after.pods, rest)).toEqual(only(before.pods, rest));
  expect(only(after.deployments, rest)).toEqual(only(before.deployments, rest));
  expect(only(after.pods, isRestarted)).not.toEqual(only(before.pods, isRestarted));
  expect(after.revisions).toEqual(before.revisions);
});

test('a control plane that gets no ID is waited for in vain and named; the others are served', async () => {
  const fifth = await addUnnoticed('team-a', 'ctp-5');
  await scene.world.addControlPlane('team-b', 'stuck', { neverProvisioned: true });

  const run = await scene.fail('timed-out', { ...apply, 'wait-timeout': '20s' });

  expect(jsonOf(run, 'restarted')).toEqual([fifth]);
  expect((await controllerPods(scene, fifth)).map(injectedInto)).toEqual([irsa(roleArn())]);
  expect(run.writes).toEqual(['iam:UpdateAssumeRolePolicy']);
  expect(run.outputs).toMatchObject({ verdict: 'error', changed: 'true' });
  expect(jsonOf(run, 'control-planes')).toContainEqual({
    controlPlane: 'team-b/stuck',
    id: '',
    namespace: '',
    ready: false,
  });
  expect(errorOf(run)).toContain('wait for control plane team-b/stuck: after 20 s it has no ID yet');
  expect(run.summary).toContain('team-b/stuck');
});
