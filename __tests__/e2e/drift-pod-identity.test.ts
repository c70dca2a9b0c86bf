/** Each kind of drift under EKS Pod Identity: made by hand, found under its id, healed by apply, then clean. */
import { expect, test } from '@jest/globals';
import type { Association } from '../../sandbox/aws/eks/model.ts';
import { waitFor } from '../../sandbox/kubernetes/wait.ts';
import { controllerPods } from '../../sandbox/workload.ts';
import { changesOf, replacePod, useDrifts } from './support/drift.ts';
import type { Found } from './support/drift.ts';
import { injectedInto, none } from './support/identity.ts';
import { ourTags, ROLE_NAME } from './support/role.ts';
import { errorOf, jsonOf, useScene } from './support/scene.ts';

const AGENT = 'eks-pod-identity-agent';
const inputs = { identity: 'pod-identity', tags: 'team=platform' };
const scene = useScene({ controlPlanes: 2, groups: 2 });
const drifts = useDrifts(scene, inputs);
const host = (): string => scene.world.hostNamespace('team-a', 'ctp-1');
const cluster = () => scene.world.aws.eks.cluster(scene.world.clusterName);
const roleArn = (name: string): string => scene.world.aws.iam.arn(`role/${name}`);

function associationOf(namespace: string): Association {
  const found = [...cluster().associations.values()].find((one) => one.namespace === namespace);
  if (found === undefined) throw new Error(`there is no association for ${namespace}`);
  return found;
}

/** Changes the association by hand; a member set to undefined goes. */
function edit(change: Partial<Association>): void {
  const there = associationOf(host());
  cluster().associations.set(there.associationId, { ...there, ...change });
}

test('the same world has the same digest', async () => {
  await scene.succeed({ ...inputs, mode: 'apply' });
  await drifts.clean();
  await drifts.clean();
});

const association = (found: string): Found => ({ [`association/${host()}`]: found });

test.each<[string, string, () => void]>([
  ['is deleted', 'create security', () => cluster().associations.delete(associationOf(host()).associationId)],
  ['points elsewhere', 'update security', () => edit({ roleArn: roleArn('made-by-hand') })],
  ['has its session tags off', 'update availability', () => edit({ disableSessionTags: true })],
  ['has lost a tag', 'update hygiene', () => edit({ tags: ourTags(scene) })],
])('the association %s', async (_name, found, make) => {
  const run = await drifts.heals(make, association(found));
  expect(run.outputs).toMatchObject({ changed: 'true', restarted: '[]' });
  expect(associationOf(host())).toMatchObject({
    roleArn: roleArn(ROLE_NAME),
    disableSessionTags: false,
    tags: { ...ourTags(scene), team: 'platform' },
  });
});

test.each<[string, Partial<Association>, string]>([
  [
    'a target role',
    { targetRoleArn: 'arn:aws:iam::111122223333:role/target' },
    'someone set a target role: pods get arn:aws:iam::111122223333:role/target',
  ],
  ['a session policy', { policy: '{"Version":"2012-10-17"}' }, 'someone narrowed it with a session policy'],
])('%s that someone put on our association is named and left alone', async (_name, change, why) => {
  const before = associationOf(host());
  edit(change);
  const seen = await drifts.finds(association('foreign security'));
  expect(jsonOf(seen, 'plan')).toMatchObject({ changes: [{ reason: `${why}; it is left alone` }] });
  expect(errorOf(seen)).toContain(`association/${host()}`);

  const run = await scene.run({ ...inputs, mode: 'apply' });
  expect(run.writes).toEqual([]);
  expect(changesOf(run)).toEqual(association('foreign security'));
  expect(associationOf(host())).toMatchObject(change);

  cluster().associations.set(before.associationId, before);
  await drifts.clean();
});

test('the agent add-on is deleted, and EKS takes its DaemonSet away', async () => {
  const make = async () => {
    cluster().addons.delete(AGENT);
    const check = async () => {
      const { items } = await scene.client.apps.listNamespacedDaemonSet({ namespace: 'kube-system' });
      return items.every(({ metadata }) => metadata?.name !== AGENT);
    };
    await waitFor({ what: 'the end of the agent', timeoutMs: 30_000, check });
  };
  await drifts.heals(make, { agent: 'create availability' });
  expect(cluster().addons.has(AGENT)).toBe(true);
});

const allNamespaces = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'pods.eks.amazonaws.com' },
      Action: ['sts:AssumeRole', 'sts:TagSession'],
    },
  ],
};

test('the trust policy is widened by hand', async () => {
  await drifts.heals(() => scene.world.aws.iam.setTrustPolicy(ROLE_NAME, allNamespaces), {
    'role/trust-policy': 'update security',
  });
});

test('our marks are lost: the role counts as someone else’s until `adopt` takes it back', async () => {
  const { iam } = scene.world.aws;
  iam.editRole(ROLE_NAME, { tags: { team: 'platform' } });
  const seen = await drifts.finds({ role: 'foreign security' });
  expect(errorOf(seen)).toContain('a role of this name exists and does not carry this action’s mark');
  const refused = await scene.fail('not-owned', { ...inputs, mode: 'apply' });
  expect(refused.writes).toEqual([]);
  await scene.succeed({ ...inputs, mode: 'apply', adopt: 'true' });
  await drifts.clean();
});

test('a pod that came up while the webhook was down is replaced', async () => {
  const run = await drifts.heals(
    async () => {
      await replacePod(scene, host());
      expect((await controllerPods(scene, host())).map(injectedInto)).toEqual([none]);
    },
    { [`restart/${host()}`]: 'restart availability' },
  );
  expect(jsonOf(run, 'restarted')).toEqual([host()]);
});

test('a new control plane gets its association; that of one that is gone goes', async () => {
  await scene.world.addControlPlane('team-b', 'ctp-3');
  const third = scene.world.hostNamespace('team-b', 'ctp-3');
  await drifts.heals(
    () => undefined,
    {
      'role/trust-policy': 'update security',
      [`association/${third}`]: 'create security',
      [`restart/${third}`]: 'restart availability',
    },
    'another world',
  );
  await drifts.heals(
    () => scene.world.removeControlPlane('team-b', 'ctp-3'),
    { 'role/trust-policy': 'update security', [`association/${third}`]: 'delete security' },
    'another world',
  );
});

test('a control plane that is not ready is no drift: it is on its way', async () => {
  await scene.world.addControlPlane('team-b', 'stuck', { neverProvisioned: true });
  const run = await scene.run({ ...inputs, mode: 'check' });
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
