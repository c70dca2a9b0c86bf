/** Each kind of drift, by either mechanism: made by hand, found under its id, healed by apply, then clean. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { waitFor } from '../../sandbox/kubernetes/wait.ts';
import { controllerPods, SERVICE_ACCOUNT } from '../../sandbox/workload.ts';
import { associationOf, editAssociation, eksCluster } from './support/associations.ts';
import { annotationsOf, hostsOf, injectedIn } from './support/cluster.ts';
import { changesOf, type Drifts, expectNoRestart, useDrifts } from './support/drift.ts';
import { hostOf, POD_IDENTITY_DRIFTS } from './support/drifts-association.ts';
import { changeAnnotation, HELM_DRIFTS, LABEL } from './support/drifts-helm.ts';
import { allowAll, BOUNDARY, makeBoundaries, ROLE_DRIFTS } from './support/drifts-role.ts';
import { none } from './support/identity.ts';
import { ANNOTATION } from './support/release.ts';
import { ROLE_NAME, roleOf } from './support/role.ts';
import { sampled } from './support/sample.ts';
import { errorOf, type Inputs, jsonOf, type Scene, useScene } from './support/scene.ts';
import { addUnnoticed, replacePod } from './support/webhook.ts';

const CASES = [
  {
    identity: 'irsa',
    more: { 'permissions-boundary': BOUNDARY, 'pod-labels': `${LABEL}=space` },
    handMade: [...ROLE_DRIFTS, ...HELM_DRIFTS],
  },
  { identity: 'pod-identity', more: {}, handMade: POD_IDENTITY_DRIFTS },
] as const;

describe.each(sampled(CASES))('$identity', ({ identity, more, handMade }) => {
  const inputs = { identity, tags: 'team=platform', ...more };
  const apply = { ...inputs, mode: 'apply' };
  const scene = useScene({ controlPlanes: 2, groups: 2, controllerSettings: { propagationMs: 500 } });
  const drifts = useDrifts(scene, inputs);
  const other = (): string => scene.world.hostNamespace('team-b', 'ctp-2');

  beforeAll(async () => {
    makeBoundaries(scene);
    await scene.succeed(apply);
  });

  test('the same world has the same digest, whoever asks and how often', async () => {
    await drifts.clean();
    await drifts.clean();
    await drifts.plans({});
  });

  test.each(handMade)('$name', async ({ found, make, carried, healed }) => {
    const run = await drifts.heals(() => make(scene), found(scene), { carried: () => carried?.(scene) });
    healed?.(scene, run);
  });

  test('a pod that came up while the webhook was down is replaced, and only that one', async () => {
    const before = await controllerPods(scene, other());
    const run = await drifts.heals(
      async () => {
        await replacePod(scene, hostOf(scene));
        expect(await injectedIn(scene, [hostOf(scene)])).toEqual([none]);
      },
      { [`restart/${hostOf(scene)}`]: 'restart availability' },
    );
    expect(jsonOf(run, 'restarted')).toEqual([hostOf(scene)]);
    const after = await controllerPods(scene, other());
    expect(after.map(({ metadata }) => metadata?.uid)).toEqual(before.map(({ metadata }) => metadata?.uid));
  });

  test('a new control plane is let in, and one that is gone is let in no more', async () => {
    const third = await addUnnoticed(scene, 'team-b', 'ctp-3');
    const trust = { 'role/trust-policy': 'update security' };
    const association = (found: string) => (identity === 'irsa' ? {} : { [`association/${third}`]: found });
    await drifts.heals(
      () => undefined,
      { ...trust, ...association('create security'), [`restart/${third}`]: 'restart availability' },
      { since: 'another world' },
    );
    await drifts.heals(
      () => scene.world.removeControlPlane('team-b', 'ctp-3'),
      { ...trust, ...association('delete security') },
      { since: 'another world' },
    );
  });

  if (identity === 'irsa') testIrsaOnly(scene, drifts, apply);
  else testPodIdentityOnly(scene, drifts, apply);
});

function testIrsaOnly(scene: Scene, drifts: Drifts, apply: Inputs): void {
  test('another role in the Space’s annotation is somebody’s: refused, until `adopt` takes it over', async () => {
    await changeAnnotation(scene);
    const waits = hostsOf(scene).map(
      (namespace) => [`annotation/${namespace}`, 'wait availability'] as const,
    );
    const seen = await drifts.finds({ 'helm/annotation': 'foreign security', ...Object.fromEntries(waits) });
    expect(errorOf(seen)).toContain('names another role');
    const refused = await scene.fail('not-owned', apply);
    expect(refused.writes).toEqual([]);
    const adopted = await scene.succeed({ ...apply, adopt: 'true' });
    expect(adopted.writes).toEqual([]);
    expect(adopted.outputs).toMatchObject({ verdict: 'applied', verified: 'true', changed: 'true' });
    expectNoRestart(adopted);
    await drifts.clean();
  });

  test('policies that others put on the role are named, left alone, and count until they are gone', async () => {
    const { iam } = scene.world.aws;
    const inlinePolicies = Object.entries(roleOf(scene).inlinePolicies);
    iam.putRolePolicy(ROLE_NAME, 'extra', allowAll('s3:GetObject'));
    iam.attachRolePolicy(ROLE_NAME, 'arn:aws:iam::aws:policy/AmazonEKSWorkerNodePolicy');
    const ids = ['role/foreign-policy/extra', 'role/foreign-policy/AmazonEKSWorkerNodePolicy'];
    const found = Object.fromEntries(ids.map((id) => [id, 'foreign security']));
    const seen = await drifts.finds(found);
    expect(errorOf(seen)).toContain(ids.join(', '));

    await drifts.plans(found);
    const run = await scene.succeed(apply);
    expect(run.writes).toEqual([]);
    expect(run.outputs).toMatchObject({ verdict: 'applied', changed: 'false', 'change-count': '0' });
    expect(changesOf(run)).toEqual(found);
    expect(run.summary).toContain('it is left alone');

    const ours = Object.fromEntries(inlinePolicies.map(([name, policy]) => [name, JSON.stringify(policy)]));
    iam.editRole(ROLE_NAME, { attachedPolicies: [], inlinePolicies: ours });
    await drifts.clean();
  });

  test('an annotation that kubectl took off is found and waited for, and nothing is written where Spaces brings it', async () => {
    const namespace = hostOf(scene);
    const account = ['serviceaccount', SERVICE_ACCOUNT, '--namespace', namespace];
    await scene.world.kubectl(['annotate', ...account, `${ANNOTATION}-`]);
    await drifts.finds({ [`annotation/${namespace}`]: 'wait availability' });
    await drifts.plans({ [`annotation/${namespace}`]: 'wait availability' });

    // Where Spaces puts right what was changed by hand, apply sees it through.
    const { settings } = scene.world.space;
    const onLine = (line: string): void => {
      if (line.includes('Annotations')) settings.restoreHandMade = true;
    };
    const healed = await scene.succeed(apply, { onLine });
    settings.restoreHandMade = false;
    expect(healed.writes).toEqual([]);
    expect(await annotationsOf(scene, namespace)).toEqual({ [ANNOTATION]: expect.any(String) });
    await drifts.clean();
  });
}

function testPodIdentityOnly(scene: Scene, drifts: Drifts, apply: Inputs): void {
  test('a session policy that someone put on our association is named and left alone', async () => {
    const change = { policy: '{"Version":"2012-10-17"}', disableSessionTags: true };
    const before = associationOf(scene, hostOf(scene));
    const id = `association/${before.namespace}`;
    // So long ago that its pods are newer.
    editAssociation(scene, before.namespace, { ...change, modifiedAt: before.modifiedAt });
    const seen = await drifts.finds({ [id]: 'foreign security' });
    const reason = 'someone narrowed it with a session policy; it is left alone';
    expect(jsonOf(seen, 'plan')).toMatchObject({ changes: [{ reason }] });
    expect(errorOf(seen)).toContain(id);

    const run = await scene.fail('not-owned', apply);
    expect(run.writes).toEqual([]);
    expect(changesOf(run)).toEqual({ [id]: 'foreign security' });
    expect(associationOf(scene, before.namespace)).toMatchObject(change);

    eksCluster(scene).associations.set(before.associationId, before);
    await drifts.clean();
  });

  test('our marks are lost: the role counts as someone else’s until `adopt` takes it back', async () => {
    scene.world.aws.iam.editRole(ROLE_NAME, { tags: { team: 'platform' } });
    const seen = await drifts.finds({ role: 'foreign security' });
    expect(errorOf(seen)).toContain("a role of this name exists and does not carry this action's mark");
    const refused = await scene.fail('not-owned', apply);
    expect(refused.writes).toEqual([]);
    await scene.succeed({ ...apply, adopt: 'true' });
    await drifts.clean();
  });

  test('a control plane that is not ready is no drift: it is on its way', async () => {
    await scene.world.addControlPlane('team-b', 'stuck', { neverProvisioned: true });
    const run = await scene.run({ ...apply, mode: 'check' });
    expect(changesOf(run)).toEqual({ 'control-plane/team-b/stuck': 'wait availability' });
    expect(run.outputs).toMatchObject({ drift: 'false' });
    await scene.world.removeControlPlane('team-b', 'stuck');
    await waitFor({
      what: 'the control plane to be gone',
      timeoutMs: 30_000,
      check: () => Promise.resolve(scene.world.space.controlPlanes().length === 2),
    });
    await drifts.clean('another world');
  });
}
