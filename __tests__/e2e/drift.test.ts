/** Each kind of drift under IRSA: made by hand, found under its id, healed by apply, then clean. */
import { beforeAll, expect, test } from '@jest/globals';
import { waitFor } from '../../sandbox/kubernetes/wait.ts';
import { controllerPods, SERVICE_ACCOUNT } from '../../sandbox/workload.ts';
import { annotationsOf } from './support/cluster.ts';
import { changesOf, replacePod, useDrifts } from './support/drift.ts';
import type { Found } from './support/drift.ts';
import { injectedInto, none } from './support/identity.ts';
import { clusterOf, ROLE_NAME, roleOf } from './support/role.ts';
import { errorOf, useScene } from './support/scene.ts';
import { ANNOTATION, sharedSecretsValues, upgradeByHand } from './support/release.ts';

const BOUNDARY = 'arn:aws:iam::111122223333:policy/space-boundary';
const OTHER_ROLE = 'arn:aws:iam::111122223333:role/made-by-hand';
const LABEL = 'example.com/team';
const inputs = {
  identity: 'irsa',
  'permissions-boundary': BOUNDARY,
  tags: 'team=platform',
  'pod-labels': `${LABEL}=space`,
};
const scene = useScene({ controlPlanes: 2, groups: 2, controllerSettings: { propagationMs: 500 } });
const drifts = useDrifts(scene, inputs);
const iam = () => scene.world.aws.iam;
const first = (): string => scene.world.hostNamespace('team-a', 'ctp-1');
const hosts = (): string[] => [first(), scene.world.hostNamespace('team-b', 'ctp-2')].toSorted();
const forEachHost = (id: string, found: string): Found =>
  Object.fromEntries(hosts().map((namespace) => [`${id}/${namespace}`, found]));
const allowAll = (action: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }],
});

beforeAll(() => {
  iam().createPolicy({ policyName: 'space-boundary', document: allowAll('*') });
  iam().createPolicy({ policyName: 'other-boundary', document: allowAll('*') });
});

test('the same world has the same digest, whoever asks and how often', async () => {
  await scene.succeed({ ...inputs, mode: 'apply' });
  await drifts.clean();
  await drifts.clean();
  await drifts.plans({});
});

test.each<[string, Found, () => unknown]>([
  [
    'the OIDC provider is deleted',
    { 'oidc-provider': 'create security' },
    () => iam().deleteOidcProvider(clusterOf(scene).providerArn),
  ],
  [
    'the provider has lost its audience',
    { 'oidc-provider/audience': 'update availability' },
    () => {
      const { providerArn } = clusterOf(scene);
      const provider = iam().providers.get(providerArn);
      if (provider !== undefined) iam().providers.set(providerArn, { ...provider, clientIds: [] }, 'settled');
    },
  ],
  [
    'the role is deleted',
    {
      role: 'create security',
      'role/trust-policy': 'create security',
      'role/access-policy': 'create security',
    },
    () => iam().deleteRole(ROLE_NAME),
  ],
  ['the trust policy is widened', { 'role/trust-policy': 'update security' }, widenTrust],
  [
    'the access policy is widened',
    { 'role/access-policy': 'update security' },
    () => iam().putRolePolicy(ROLE_NAME, 'spaces-workload-identity', allowAll('secretsmanager:*')),
  ],
  ['the boundary is lost', { 'role/permissions-boundary': 'create security' }, loseBoundary],
  [
    'the boundary is another one',
    { 'role/permissions-boundary': 'update security' },
    () => iam().editRole(ROLE_NAME, { permissionsBoundary: BOUNDARY.replace('space-', 'other-') }),
  ],
  [
    'a tag is lost',
    { 'role/tags': 'update hygiene' },
    () => {
      const { team: _team, ...tags } = roleOf(scene).tags;
      iam().editRole(ROLE_NAME, { tags });
    },
  ],
])('%s', async (_name, found, make) => {
  const run = await drifts.heals(make, found);
  expect(run.outputs).toMatchObject({ changed: 'true', restarted: '[]' });
});

function widenTrust(): void {
  const { issuerPath, providerArn } = clusterOf(scene);
  iam().setTrustPolicy(ROLE_NAME, {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: providerArn },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: { StringLike: { [`${issuerPath}:sub`]: 'system:serviceaccount:*' } },
      },
    ],
  });
}

function loseBoundary(): void {
  const role = iam().role(ROLE_NAME);
  if (role === undefined) throw new Error('there is no role');
  const { permissionsBoundary: _boundary, ...rest } = role;
  iam().roles.set(ROLE_NAME, rest, 'settled');
}

test('policies that others put on the role are named, left alone, and count until they are gone', async () => {
  const { inlinePolicies } = roleOf(scene);
  iam().putRolePolicy(ROLE_NAME, 'extra', allowAll('s3:GetObject'));
  iam().attachRolePolicy(ROLE_NAME, 'arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy');
  const found = {
    'role/foreign-policy/extra': 'foreign security',
    'role/foreign-policy/AmazonEKSWorkerNodePolicy': 'foreign security',
  };
  const seen = await drifts.finds(found);
  expect(errorOf(seen)).toContain('role/foreign-policy/extra, role/foreign-policy/AmazonEKSWorkerNodePolicy');

  await drifts.plans(found);
  const run = await scene.succeed({ ...inputs, mode: 'apply' });
  expect(run.writes).toEqual([]);
  expect(run.outputs).toMatchObject({ verdict: 'applied', changed: 'false', 'change-count': '0' });
  expect(changesOf(run)).toEqual(found);
  expect(run.summary).toContain('it is left alone');

  iam().editRole(ROLE_NAME, { attachedPolicies: [], inlinePolicies: textsOf(inlinePolicies) });
  await drifts.clean();
});

function textsOf(policies: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(Object.entries(policies).map(([name, policy]) => [name, JSON.stringify(policy)]));
}

/** Every host namespace's service account as a value of the chart makes it. */
async function reaches(what: string, holds: (namespace: string) => Promise<boolean>): Promise<void> {
  const check = async () => (await Promise.all(hosts().map(holds))).every(Boolean);
  await waitFor({ what, timeoutMs: 60_000, check });
}

async function changeAnnotation(): Promise<void> {
  const customAnnotations = { [ANNOTATION]: OTHER_ROLE };
  await upgradeByHand(scene, sharedSecretsValues({ serviceAccount: { customAnnotations } }));
  await reaches(
    'the other role',
    async (namespace) => (await annotationsOf(scene, namespace))[ANNOTATION] === OTHER_ROLE,
  );
}

test('helm changes the annotation: the value, and what Spaces made of it', async () => {
  const run = await drifts.heals(changeAnnotation, {
    'helm/annotation': 'update security',
    ...forEachHost('annotation', 'wait availability'),
  });
  expect(run.writes).toEqual([]);
  expect(run.outputs).toMatchObject({ changed: 'true', restarted: '[]' });
});

async function switchOff(): Promise<void> {
  await upgradeByHand(scene, { features: { alpha: { sharedSecrets: { enabled: false } } } });
  await reaches('the end of the controllers', async (namespace) => {
    const { items } = await scene.client.core.listNamespacedServiceAccount({ namespace });
    return items.every(({ metadata }) => metadata?.name !== SERVICE_ACCOUNT);
  });
}

test('helm switches Shared Secrets off: it is switched on, and the new controllers are waited for', async () => {
  await drifts.heals(switchOff, {
    'helm/shared-secrets': 'update availability',
    'control-plane/team-a/ctp-1': 'wait availability',
    'control-plane/team-b/ctp-2': 'wait availability',
  });
});

/** The label that the next pod of the controller will have. */
async function labelOf(namespace: string): Promise<string | undefined> {
  const { spec } = await scene.client.apps.readNamespacedDeployment({ namespace, name: 'external-secrets' });
  return spec?.template.metadata?.labels?.[LABEL];
}

async function changeLabel(): Promise<void> {
  await upgradeByHand(scene, sharedSecretsValues({ pod: { customLabels: { [LABEL]: 'other' } } }));
  await reaches('the other label', async (namespace) => (await labelOf(namespace)) === 'other');
}

test('helm changes a pod label', async () => {
  const run = await drifts.heals(changeLabel, { 'helm/pod-labels': 'update availability' });
  expect(run.writes).toEqual([]);
});

test('a pod that came up while the webhook was down is replaced, and only that one', async () => {
  const other = hosts().find((namespace) => namespace !== first()) ?? '';
  const before = await controllerPods(scene, other);
  const run = await drifts.heals(
    async () => {
      await replacePod(scene, first());
      expect((await controllerPods(scene, first())).map(injectedInto)).toEqual([none]);
    },
    { [`restart/${first()}`]: 'restart availability' },
  );
  expect(run.outputs['restarted']).toBe(JSON.stringify([first()]));
  const after = await controllerPods(scene, other);
  expect(after.map(({ metadata }) => metadata?.uid)).toEqual(before.map(({ metadata }) => metadata?.uid));
});

test('a new control plane is let in, and one that is gone is let in no more', async () => {
  const { webhook } = scene.world;
  const added = async () => {
    webhook.settings.down = true;
    await scene.world.addControlPlane('team-b', 'ctp-3');
    webhook.settings.down = false;
    const third = scene.world.hostNamespace('team-b', 'ctp-3');
    await drifts.heals(
      () => undefined,
      { 'role/trust-policy': 'update security', [`restart/${third}`]: 'restart availability' },
      'another world',
    );
  };
  await added();
  await drifts.heals(
    async () => {
      await scene.world.removeControlPlane('team-b', 'ctp-3');
    },
    { 'role/trust-policy': 'update security' },
    'another world',
  );
});

test('an annotation that kubectl took off is found and waited for; only Spaces writes it', async () => {
  const namespace = first();
  await scene.world.kubectl([
    'annotate',
    'serviceaccount',
    SERVICE_ACCOUNT,
    '--namespace',
    namespace,
    `${ANNOTATION}-`,
  ]);
  await drifts.finds({ [`annotation/${namespace}`]: 'wait availability' });
  await drifts.plans({ [`annotation/${namespace}`]: 'wait availability' });
  const run = await scene.fail('timed-out', { ...inputs, mode: 'apply', 'wait-timeout': '5s' });
  expect(run.writes).toEqual([]);
  expect(await annotationsOf(scene, namespace)).toEqual({});
  expect(errorOf(run)).toContain(`wait for ${ANNOTATION} on the service account of ${namespace}`);
  expect(errorOf(run)).toContain('Spaces carries the value there');

  // Where Spaces puts right what was changed by hand, apply sees it through.
  const { settings } = scene.world.space;
  const healed = await scene.succeed(
    { ...inputs, mode: 'apply' },
    {
      onLine: (line) => {
        if (line.includes('Annotations')) settings.restoreHandMade = true;
      },
    },
  );
  settings.restoreHandMade = false;
  expect(healed.writes).toEqual([]);
  expect(await annotationsOf(scene, namespace)).toEqual({ [ANNOTATION]: expect.any(String) });
  await drifts.clean();
});
