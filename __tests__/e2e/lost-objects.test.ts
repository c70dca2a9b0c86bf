/** ControlPlane objects that are lost while their controllers run on: a restore, or a CRD that is installed anew. */
import { describe, expect, test } from '@jest/globals';
import { controllerPods } from '../../sandbox/workload.ts';
import { associationsOf } from './support/associations.ts';
import { injectedIn, snapshot } from './support/cluster.ts';
import { changesOf } from './support/drift.ts';
import { injectedInto, none } from './support/identity.ts';
import { MECHANISMS } from './support/mechanisms.ts';
import { ROLE_NAME, roleOf } from './support/role.ts';
import { sampled } from './support/sample.ts';
import { errorOf, type Run, useScene } from './support/scene.ts';

const GROUP = 'team-a';
const NAMES = ['one', 'two', 'three'] as const;
type Name = (typeof NAMES)[number];
const SECRET = 'prod/db/password';
const VALUE = 'correct-horse-battery-staple';

describe.each(sampled(MECHANISMS))('$identity', ({ identity, injected, trust, assume }) => {
  const scene = useScene({ controlPlanes: NAMES.map((name) => ({ group: GROUP, name })) });
  const inputs = { identity, 'comment-on-pr': 'false' };
  /** Known from before the loss: after it nothing leads from a name to its host namespace. */
  const hosts = new Map<Name, string>();
  const hostOf = (name: Name): string => hosts.get(name) ?? '';
  const kept = (name: Name): string =>
    `${identity === 'irsa' ? 'annotation' : 'association'}/${hostOf(name)}`;

  /** A run that must leave AWS, the cluster and Helm's records as they are. */
  async function untouched(look: () => Promise<Run>): Promise<Run> {
    const before = await snapshot(scene);
    const run = await look();
    expect(run.writes).toEqual([]);
    expect(run.outputs).toMatchObject({ changed: 'false' });
    expect(await snapshot(scene)).toEqual(before);
    return run;
  }
  const readsIn = async (name: Name): Promise<string | undefined> =>
    (await assume(scene, hostOf(name))).secret(SECRET);

  test('all three are served', async () => {
    await scene.succeed({ ...inputs, mode: 'apply' });
    for (const name of NAMES) hosts.set(name, scene.world.hostNamespace(GROUP, name));
    expect(roleOf(scene).trustPolicy).toEqual(trust(scene, [...hosts.values()]));
  });

  test('one object is lost, its controller runs: nothing is taken from it, and it is shown', async () => {
    await scene.world.loseControlPlane(GROUP, 'one');
    for (const mode of ['plan', 'check', 'apply']) {
      const run = await untouched(() => scene.succeed({ ...inputs, mode }));
      expect(changesOf(run)).toEqual({ [kept('one')]: 'keep hygiene' });
      expect(run.outputs['summary-line']).toContain('0 to delete');
      expect(run.log).toContain('still carries the role');
    }
    expect(await readsIn('one')).toBe(VALUE);
  });

  test('one goes together with its namespace: what it had is removed, and the lost one keeps the role', async () => {
    await scene.world.removeControlPlane(GROUP, 'two');
    const run = await scene.succeed({ ...inputs, mode: 'apply' });
    const left = [hostOf('one'), hostOf('three')];

    expect(run.writes).toEqual([
      ...(identity === 'irsa' ? [] : ['eks:DeletePodIdentityAssociation']),
      'iam:UpdateAssumeRolePolicy',
    ]);
    expect(run.outputs).toMatchObject({ verdict: 'applied', restarted: '[]' });
    expect(roleOf(scene).trustPolicy).toEqual(trust(scene, left));
    expect(
      associationsOf(scene)
        .map(({ namespace }) => namespace)
        .toSorted(),
    ).toEqual(identity === 'irsa' ? [] : left.toSorted());
    expect(await readsIn('one')).toBe(VALUE);
  });

  test('all objects are lost: a plan warns, a check and an apply fail, and none writes', async () => {
    await scene.world.loseControlPlane(GROUP, 'three');
    const said = 'the Space lists no control plane at all, yet the role is still held by 2 namespaces';

    const plan = await untouched(() => scene.succeed({ ...inputs, mode: 'plan' }));
    expect(plan.outputs).toMatchObject({ verdict: 'unknown', 'change-count': '0' });
    const warnings = plan.annotations.filter(({ level }) => level === 'warning');
    expect(warnings.map(({ message }) => message).join('\n')).toContain(said);

    const check = await untouched(() => scene.fail('nothing-listed', { ...inputs, mode: 'check' }));
    expect(check.outputs).toMatchObject({ verdict: 'unknown' });
    const apply = await untouched(() => scene.fail('nothing-listed', { ...inputs, mode: 'apply' }));
    for (const run of [check, apply]) {
      expect(errorOf(run)).toContain(said);
      for (const name of ['one', 'three'] as const) expect(errorOf(run)).toContain(hostOf(name));
      expect(errorOf(run)).toContain('Nothing was written.');
    }
    expect([await readsIn('one'), await readsIn('three')]).toEqual([VALUE, VALUE]);
  });

  test('once the objects are back, all is as it was', async () => {
    for (const name of ['one', 'three'] as const) {
      await scene.world.addControlPlane(GROUP, name);
      expect(scene.world.hostNamespace(GROUP, name)).toBe(hostOf(name));
    }
    const check = await untouched(() => scene.succeed({ ...inputs, mode: 'check' }));
    expect(check.outputs).toMatchObject({ verdict: 'in-sync', verified: 'true' });
    expect(changesOf(check)).toEqual({});
    const apply = await untouched(() => scene.succeed({ ...inputs, mode: 'apply' }));
    expect(apply.outputs).toMatchObject({ verdict: 'applied' });
    expect(await injectedIn(scene, [hostOf('one'), hostOf('three')])).toEqual([
      injected(scene),
      injected(scene),
    ]);
  });

  // Spaces, which has no object to act on, does not take the annotation of IRSA away: then `destroy` does.
  test('destroy, which is asked for by name, takes away what is ours even then', async () => {
    for (const name of ['one', 'three'] as const) await scene.world.loseControlPlane(GROUP, name);
    const run = await scene.succeed({ ...inputs, mode: 'destroy' });
    expect(run.outputs).toMatchObject({ verdict: 'destroyed', changed: 'true' });
    expect(scene.world.aws.iam.role(ROLE_NAME)).toBeUndefined();
    expect(associationsOf(scene)).toEqual([]);
    for (const name of ['one', 'three'] as const)
      expect((await controllerPods(scene, hostOf(name))).map(injectedInto)).toEqual([none]);
    const again = await scene.succeed({ ...inputs, mode: 'destroy' });
    expect(again.writes).toEqual([]);
  });
});
