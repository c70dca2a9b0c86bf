/** The moves between the mechanisms, control planes that go, and the end: what is taken out, and in which order. */
import { beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { waitFor } from '../../sandbox/kubernetes/wait.ts';
import { assumeByIrsa, assumeByPodIdentity } from '../../sandbox/workload.ts';
import { associationsOf, eksCluster } from './support/associations.ts';
import { annotationsOf, helmValues, hostsOf, injectedIn, snapshot } from './support/cluster.ts';
import { irsa, none, podIdentity } from './support/identity.ts';
import { exactIrsaTrust, exactPodIdentityTrust, ROLE_NAME, roleArn, roleOf } from './support/role.ts';
import { jsonOf, type Run, useScene } from './support/scene.ts';

const apply = { mode: 'apply', identity: 'pod-identity' };
const scene = useScene({ controlPlanes: 3, groups: 2 });

beforeAll(async () => {
  await scene.succeed(apply);
});

const inOrder = (run: Run): readonly string[] =>
  run.calls.filter((call) => !call.readOnly).map(({ action }) => action);

/** The trust policies that a run wrote, one after the other. */
const trustsWritten = (run: Run): readonly string[] =>
  run.calls
    .filter(({ action }) => action === 'UpdateAssumeRolePolicy')
    .map(({ request }) => z.object({ PolicyDocument: z.string() }).parse(request).PolicyDocument);

const statementsSchema = z.object({ Statement: z.array(z.unknown()) });

const planSchema = z.object({
  changes: z.array(z.object({ id: z.string(), before: z.unknown(), after: z.unknown() })),
});

/** Before and after of the trust policies that a plan shows, by id. */
const trustsShown = (run: Run): readonly (readonly [string, unknown, unknown])[] =>
  planSchema
    .parse(jsonOf(run, 'plan'))
    .changes.filter(({ id }) => id.startsWith('role/trust-policy'))
    .map(({ id, before, after }) => [id, before, after]);

test('the move to IRSA takes the associations out; both are trusted until the pods have moved', async () => {
  const hosts = hostsOf(scene);
  const run = await scene.succeed({ mode: 'apply', identity: 'irsa' });
  expect(inOrder(run)).toEqual([
    'CreateOpenIDConnectProvider',
    'UpdateAssumeRolePolicy',
    ...hosts.map(() => 'DeletePodIdentityAssociation'),
    'UpdateAssumeRolePolicy',
  ]);
  const [during = '', end = ''] = trustsWritten(run);
  expect(statementsSchema.parse(JSON.parse(during)).Statement).toHaveLength(2);
  expect(JSON.parse(end)).toEqual(exactIrsaTrust(scene, hosts));
  // What is shown is what is written: the widest policy of the run, and the one that replaces it.
  const bridge: unknown = JSON.parse(during);
  expect(trustsShown(run)).toEqual([
    ['role/trust-policy/bridge', exactPodIdentityTrust(scene, hosts), bridge],
    ['role/trust-policy', bridge, JSON.parse(end)],
  ]);
  expect(run.summary).toContain('role/trust-policy/bridge');
  expect(associationsOf(scene)).toEqual([]);
  expect(await injectedIn(scene, hosts)).toEqual(hosts.map(() => irsa(roleArn(scene))));
  for (const namespace of hosts) {
    const session = await assumeByIrsa(scene, roleArn(scene), namespace);
    await expect(session.secret('prod/db/password')).resolves.toBe('correct-horse-battery-staple');
    await expect(assumeByPodIdentity(scene, namespace)).rejects.toThrow(/No association found/);
  }
});

test('the move back to Pod Identity takes the annotation out of the values and the service accounts', async () => {
  const hosts = hostsOf(scene);
  const run = await scene.succeed(apply);
  expect(inOrder(run)).toEqual([
    'UpdateAssumeRolePolicy',
    ...hosts.map(() => 'CreatePodIdentityAssociation'),
    'UpdateAssumeRolePolicy',
  ]);
  expect(roleOf(scene).trustPolicy).toEqual(exactPodIdentityTrust(scene, hosts));
  expect(JSON.stringify(await helmValues(scene))).not.toContain('eks.amazonaws.com/role-arn');
  for (const namespace of hosts) {
    // An association wins over the annotation: the run does not wait until Spaces has taken it away.
    const isGone = async (): Promise<boolean> =>
      Object.keys(await annotationsOf(scene, namespace)).length === 0;
    await waitFor({ what: `the end of the annotation in ${namespace}`, timeoutMs: 30_000, check: isGone });
    await expect(assumeByIrsa(scene, roleArn(scene), namespace)).rejects.toThrow(/Not authorized/);
    const session = await assumeByPodIdentity(scene, namespace);
    await expect(session.secret('prod/db/password')).resolves.toBe('correct-horse-battery-staple');
  }
  expect(await injectedIn(scene, hosts)).toEqual(hosts.map(() => podIdentity));
});

test('the association of a control plane that is gone stays with `prune: false` and goes without', async () => {
  const gone = scene.world.hostNamespace('team-a', 'ctp-1');
  await scene.world.removeControlPlane('team-a', 'ctp-1');
  const before = await snapshot(scene);
  const namespaces = (): readonly string[] => associationsOf(scene).map(({ namespace }) => namespace);

  const kept = await scene.succeed({ ...apply, prune: 'false' });
  expect(kept.writes).toEqual([]);
  expect(namespaces()).toContain(gone);

  const pruned = await scene.succeed(apply);
  expect(pruned.writes).toEqual(['eks:DeletePodIdentityAssociation', 'iam:UpdateAssumeRolePolicy']);
  expect(namespaces().toSorted()).toEqual(hostsOf(scene));
  expect(roleOf(scene).trustPolicy).toEqual(exactPodIdentityTrust(scene, hostsOf(scene)));
  expect(await snapshot(scene)).toEqual(before);
});

test('destroy takes out the associations, the role and the provider of the time with IRSA; the agent stays', async () => {
  const hosts = hostsOf(scene);
  const run = await scene.succeed({ mode: 'destroy', identity: 'pod-identity' });
  expect(run.writes).toEqual([
    ...hosts.map(() => 'eks:DeletePodIdentityAssociation'),
    'iam:DeleteOpenIDConnectProvider',
    'iam:DeleteRole',
    'iam:DeleteRolePolicy',
  ]);
  expect(associationsOf(scene)).toEqual([]);
  expect(scene.world.aws.iam.role(ROLE_NAME)).toBeUndefined();
  expect(await injectedIn(scene, hosts)).toEqual(hosts.map(() => none));
  expect([...eksCluster(scene).addons.keys()]).toEqual(['eks-pod-identity-agent']);
  expect(run.outputs).toMatchObject({ verdict: 'destroyed', changed: 'true' });
});
