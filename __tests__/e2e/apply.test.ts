/** Apply from nothing, by either mechanism, and what a second run, a new control plane and a stuck one do. */
import { describe, expect, test } from '@jest/globals';
import { assumeByIrsa } from '../../sandbox/workload.ts';
import { associationsOf } from './support/associations.ts';
import {
  annotationsOf,
  helmValues,
  hostsOf,
  injectedIn,
  isController,
  isNeighbour,
  only,
  snapshot,
  type Snapshot,
} from './support/cluster.ts';
import { changesOf } from './support/drift.ts';
import { createdFromNothing } from './support/expected-changes.ts';
import { MECHANISMS } from './support/mechanisms.ts';
import { ANNOTATION } from './support/release.ts';
import { clusterOf, ourTags, prodAccess, ROLE_NAME, roleArn, roleOf } from './support/role.ts';
import { sampled } from './support/sample.ts';
import { errorOf, jsonOf, type Run, type Scene, useScene } from './support/scene.ts';
import { addUnnoticed } from './support/webhook.ts';

const CONTROL_PLANES = [
  ['team-a', 'ctp-1'],
  ['team-a', 'ctp-3'],
  ['team-b', 'ctp-2'],
] as const;

/** The Space before and after its first apply. */
interface First {
  readonly run: Run;
  readonly before: Snapshot;
  readonly after: Snapshot;
  readonly valuesBefore: object;
}

describe.each(sampled(MECHANISMS))('$identity', (mechanism) => {
  const { identity } = mechanism;
  const apply = { mode: 'apply', identity };
  // An older Space than the newest chart in the registry: an upgrade of the values must not upgrade the Space.
  const scene = useScene({ controlPlanes: 3, groups: 2, spacesVersion: '1.16.2', tools: 'downloads' });
  let first: First | undefined;
  const firstApply = (): First => {
    if (first === undefined) throw new Error('the first apply has not run');
    return first;
  };

  test('from nothing: the role, and a restart of the controllers alone', async () => {
    const before = await snapshot(scene);
    const valuesBefore = await helmValues(scene);
    const run = await scene.succeed(apply);
    const after = await snapshot(scene);
    first = { run, before, after, valuesBefore };

    const hosts = hostsOf(scene);
    expect(roleOf(scene)).toEqual({
      arn: roleArn(scene),
      tags: ourTags(scene),
      attachedPolicies: [],
      trustPolicy: mechanism.trust(scene, hosts),
      inlinePolicies: { 'spaces-workload-identity': prodAccess(scene) },
    });
    expect(await injectedIn(scene, hosts)).toEqual(hosts.map(() => mechanism.injected(scene)));
    expect(Object.keys(only(before.pods, isNeighbour))).toHaveLength(9);
    expect(only(after.pods, isNeighbour)).toEqual(only(before.pods, isNeighbour));

    const created = createdFromNothing(identity, hosts);
    const planned = Object.entries(changesOf(run)).filter(([, found]) => found.startsWith('create '));
    expect(planned.map(([id]) => id).toSorted()).toEqual(created.toSorted());
    expect(run.outputs).toMatchObject({
      verdict: 'applied',
      changed: 'true',
      'summary-line': `space-prod: ${created.length} to create, 0 to update, 0 to delete, 3 to restart`,
      verified: 'true',
      'role-arn': roleArn(scene),
      'role-name': ROLE_NAME,
      'account-id': scene.world.aws.account,
      'plan-digest': expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      'helm-version': scene.world.downloads.helm.version,
      'kubectl-version': scene.world.downloads.kubectl.version,
      'checked-at': expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    });
    expect(jsonOf(run, 'restarted')).toEqual(hosts);
    expect(jsonOf(run, 'control-planes')).toEqual(
      CONTROL_PLANES.map(([group, name]) => {
        const namespace = scene.world.hostNamespace(group, name);
        const id = namespace.slice('mxp-'.length, -'-system'.length);
        return { controlPlane: `${group}/${name}`, id, namespace, ready: true };
      }),
    );
    for (const [group, name] of CONTROL_PLANES)
      expect(run.summary).toMatch(new RegExp(`<code>${group}/${name}</code> .*restart.* ✅ \\d+ checks`));
  });

  if (identity === 'irsa') testIrsaFromNothing(scene, firstApply);
  else testPodIdentityFromNothing(scene, firstApply);

  test('the workload takes the role with its token and reads under the prefixes alone', async () => {
    for (const namespace of hostsOf(scene)) {
      const session = await mechanism.assume(scene, namespace);
      await expect(session.secret('prod/db/password')).resolves.toBe('correct-horse-battery-staple');
      await expect(session.parameter('/prod/api/key')).resolves.toBe('e7c0ffee');
      await expect(session.secret('other/thing')).rejects.toThrow(
        /not authorized to perform: secretsmanager:GetSecretValue/,
      );
      await expect(session.parameter('/other/thing')).rejects.toThrow(
        /not authorized to perform: ssm:GetParameter/,
      );
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
      'change-count': '0',
      verified: 'true',
      restarted: '[]',
    });
  });

  // Under Pod Identity the webhook also misses the first new pod, so that it takes a second restart.
  const missed = identity === 'irsa' ? 0 : 1;

  test('a fourth control plane: only that one is restarted, and the trust policy names it', async () => {
    const fourth = await addUnnoticed(scene, 'team-b', 'ctp-4');
    const before = await snapshot(scene);
    scene.world.webhook.settings.missNext = missed;
    const run = await scene.succeed(apply);

    expect(run.writes).toEqual([
      ...(identity === 'irsa' ? [] : ['eks:CreatePodIdentityAssociation']),
      'iam:UpdateAssumeRolePolicy',
    ]);
    expect(run.log.includes('came up without the identity (round 1 of')).toBe(missed > 0);
    expect(roleOf(scene).trustPolicy).toEqual(mechanism.trust(scene, hostsOf(scene)));
    expect(jsonOf(run, 'restarted')).toEqual([fourth]);
    expect(await injectedIn(scene, hostsOf(scene))).toEqual(
      hostsOf(scene).map(() => mechanism.injected(scene)),
    );
    const { items } = await scene.client.apps.listNamespacedReplicaSet({ namespace: fourth });
    const ofController = items.filter(({ metadata }) => isController(`/${metadata?.name}`));
    expect(ofController).toHaveLength(2 + missed);

    const after = await snapshot(scene);
    const isRestarted = (name: string): boolean => name.startsWith(fourth) && isController(name);
    const rest = (name: string): boolean => !isRestarted(name);
    expect(only(after.pods, rest)).toEqual(only(before.pods, rest));
    expect(only(after.deployments, rest)).toEqual(only(before.deployments, rest));
    expect(only(after.pods, isRestarted)).not.toEqual(only(before.pods, isRestarted));
    expect(after.revisions).toEqual(before.revisions);
  });

  if (identity === 'irsa')
    test('a control plane that gets no ID is waited for in vain and named; the others are served', async () => {
      const fifth = await addUnnoticed(scene, 'team-a', 'ctp-5');
      await scene.world.addControlPlane('team-b', 'stuck', { neverProvisioned: true });
      const run = await scene.fail('timed-out', { ...apply, 'wait-timeout': '20s' });

      expect(jsonOf(run, 'restarted')).toEqual([fifth]);
      expect(await injectedIn(scene, [fifth])).toEqual([mechanism.injected(scene)]);
      expect(run.writes).toEqual(['iam:UpdateAssumeRolePolicy']);
      expect(run.outputs).toMatchObject({ verdict: 'error', changed: 'true' });
      const stuck = { controlPlane: 'team-b/stuck', id: '', namespace: '', ready: false };
      expect(jsonOf(run, 'control-planes')).toContainEqual(stuck);
      expect(errorOf(run)).toContain(
        'wait for control plane team-b/stuck: it was not ready after 20 s: it has no ID yet',
      );
      expect(run.summary).toContain('team-b/stuck');
    });
});

function testIrsaFromNothing(scene: Scene, firstApply: () => First): void {
  test('with it the provider, and the annotation by an upgrade that keeps version and values', async () => {
    const { run, after, valuesBefore } = firstApply();
    expect(run.writes).toEqual(['iam:CreateOpenIDConnectProvider', 'iam:CreateRole', 'iam:PutRolePolicy']);
    const { providerArn } = clusterOf(scene);
    const provider = scene.world.aws.iam.providers.get(providerArn);
    expect(provider).toMatchObject({ clientIds: ['sts.amazonaws.com'], tags: ourTags(scene) });
    const creation = run.calls.find(({ action }) => action === 'CreateOpenIDConnectProvider');
    expect(creation?.request).not.toHaveProperty('ThumbprintList');
    expect(run.outputs).toMatchObject({ 'oidc-provider-arn': providerArn, associations: '{}' });

    expect(await helmValues(scene)).toEqual({
      ...valuesBefore,
      controlPlanes: {
        vector: { serviceAccount: { customAnnotations: { 'example.com/team': 'platform' } } },
        sharedSecrets: {
          resources: { requests: { cpu: '20m' } },
          serviceAccount: { customAnnotations: { [ANNOTATION]: roleArn(scene) } },
        },
      },
    });
    expect(after.revisions).toEqual([
      { revision: 1, status: 'superseded', chart: 'spaces-1.16.2' },
      { revision: 2, status: 'deployed', chart: 'spaces-1.16.2' },
    ]);
    for (const namespace of hostsOf(scene))
      expect(await annotationsOf(scene, namespace)).toEqual({ [ANNOTATION]: roleArn(scene) });
  });

  test('no other service account may take the role, nor one of that name elsewhere', async () => {
    const [namespace = ''] = hostsOf(scene);
    const refusal = /Not authorized to perform sts:AssumeRoleWithWebIdentity/;
    await expect(assumeByIrsa(scene, roleArn(scene), namespace, 'crossplane')).rejects.toThrow(refusal);
    await scene.client.apply(`
apiVersion: v1
kind: ServiceAccount
metadata: { name: external-secrets-controller, namespace: team-a }`);
    await expect(assumeByIrsa(scene, roleArn(scene), 'team-a')).rejects.toThrow(refusal);
  });
}

function testPodIdentityFromNothing(scene: Scene, firstApply: () => First): void {
  test('with it the agent and the associations, without an upgrade of the Space', () => {
    const { run, before, after } = firstApply();
    expect(run.writes).toEqual([
      'eks:CreateAddon',
      ...hostsOf(scene).map(() => 'eks:CreatePodIdentityAssociation'),
      'iam:CreateRole',
      'iam:PutRolePolicy',
    ]);
    const associations = associationsOf(scene);
    expect(associations).toHaveLength(3);
    for (const association of associations)
      expect(association).toMatchObject({
        serviceAccount: 'external-secrets-controller',
        roleArn: roleArn(scene),
        tags: ourTags(scene),
        disableSessionTags: false,
      });
    expect(jsonOf(run, 'associations')).toEqual(
      Object.fromEntries(associations.map(({ namespace, associationId }) => [namespace, associationId])),
    );
    expect(after.revisions).toEqual(before.revisions);
    expect(after.serviceAccounts).toMatchObject(before.serviceAccounts);
  });
}
