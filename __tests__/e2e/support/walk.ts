/** Loses the runner at each write of a run in turn, and looks whether the next run puts it right. */
import { expect } from '@jest/globals';
import type { ApiFront } from '../../../sandbox/kubernetes/index.ts';
import { assumeByIrsa, assumeByPodIdentity, controllerPods } from '../../../sandbox/workload.ts';
import { withoutAgent } from './agent.ts';
import { associationsOf } from './associations.ts';
import { helmHistory, hostsOf, snapshot } from './cluster.ts';
import { injectedInto, irsa, none, podIdentity } from './identity.ts';
import { letTimePass, loseRunner, type Moment } from './killing.ts';
import type { Identity } from './mechanisms.ts';
import { ROLE_NAME, roleArn } from './role.ts';
import { drawn } from './sample.ts';
import type { Inputs, Scene } from './scene.ts';

/** As many control planes as are moved together at least. */
export const WAVE = 5;
const wanted = { irsa: (scene: Scene) => irsa(roleArn(scene)), 'pod-identity': () => podIdentity };

export interface Row {
  readonly leg: string;
  readonly write: string;
  readonly nth: number;
  readonly when: string;
  readonly outcome: string;
}
/** Uids of the pods that carry this identity, by host namespace. Rejects when one of them can't take its role. */
async function healthy(scene: Scene, identity: Identity): Promise<ReadonlyMap<string, string>> {
  await snapshot(scene);
  const associated = new Set(associationsOf(scene).map(({ namespace }) => namespace));
  const found = new Map<string, string>();
  const stranded: string[] = [];
  for (const namespace of hostsOf(scene)) {
    for (const pod of await controllerPods(scene, namespace)) {
      const { roleArn: role, credentialsUri } = injectedInto(pod);
      if (role !== undefined) await assumeByIrsa(scene, role, namespace);
      else if (credentialsUri !== undefined && associated.has(namespace))
        await assumeByPodIdentity(scene, namespace);
      else if (credentialsUri !== undefined) stranded.push(namespace);
      const isThere =
        identity === 'irsa'
          ? role !== undefined
          : associated.has(namespace) && role === undefined && credentialsUri !== undefined;
      if (isThere) found.set(namespace, pod.metadata?.uid ?? '');
    }
  }
  expect(stranded.length).toBeLessThanOrEqual(WAVE);
  return found;
}

/** What the next run has to bring about. */
async function expectServed(scene: Scene, identity: Identity, before: ReadonlyMap<string, string>) {
  const hosts = hostsOf(scene);
  const run = await scene.succeed({ ...servedBy(identity), mode: 'apply' });
  expect(run.outputs['verified']).toBe('true');
  const pods = await Promise.all(hosts.map(async (host) => await controllerPods(scene, host)));
  expect(pods.map((list) => list.map(injectedInto))).toEqual(hosts.map(() => [wanted[identity](scene)]));
  const uids = new Map(hosts.map((host, n) => [host, pods[n]?.[0]?.metadata?.uid ?? '']));
  for (const [host, uid] of before) expect([host, uids.get(host)]).toEqual([host, uid]);
  const associated = associationsOf(scene).map(({ namespace }) => namespace);
  expect(associated.toSorted()).toEqual(identity === 'irsa' ? [] : hosts);
  expect((await helmHistory(scene)).at(-1)?.status).toBe('deployed');
  const plan = await scene.succeed({ ...servedBy(identity), mode: 'plan' });
  expect(plan.outputs).toMatchObject({ 'change-count': '0', verdict: 'in-sync' });
}

async function expectCleared(scene: Scene, identity: Identity): Promise<void> {
  await scene.succeed({ ...servedBy(identity), mode: 'destroy' });
  const { iam } = scene.world.aws;
  expect(iam.role(ROLE_NAME)).toBeUndefined();
  expect(associationsOf(scene)).toEqual([]);
  for (const host of hostsOf(scene))
    expect((await controllerPods(scene, host)).map(injectedInto)).toEqual([none]);
  expect((await helmHistory(scene)).at(-1)?.status).toBe('deployed');
  const again = await scene.succeed({ ...servedBy(identity), mode: 'destroy' });
  expect(again.writes).toEqual([]);
  await withoutAgent(scene);
}

export const servedBy = (identity: Identity): Inputs => ({
  identity,
  'comment-on-pr': 'false',
  'trust-scope': 'exact',
});

/** One way that a run goes, and how the next one ends it. */
interface Leg {
  readonly name: string;
  readonly inputs: Inputs;
  /** Where a run before this one has lost its runner. */
  readonly lost?: Moment;
  readonly end: (scene: Scene) => Promise<void>;
}

export const serve = (identity: Identity, name: string): Leg => ({
  name,
  inputs: { ...servedBy(identity), mode: 'apply' },
  end: async (scene) => {
    await expectServed(scene, identity, await healthy(scene, identity));
  },
});
export const clear = (identity: Identity): Leg => ({
  name: `destroy, ${identity}`,
  inputs: { ...servedBy(identity), mode: 'destroy' },
  end: async (scene) => {
    await expectCleared(scene, identity);
  },
});

/** Goes there and back again, the runner lost at the same write on both ways, until neither has as many writes. */
export async function walk(
  scene: Scene,
  front: ApiFront,
  legs: readonly Leg[],
  keep: (row: Row) => void,
): Promise<void> {
  const over = new Set<string>();
  const failed: string[] = [];
  for (const moment of moments()) {
    for (const leg of legs) {
      if (leg.lost !== undefined) {
        const first = await loseRunner(scene, front, leg.inputs, leg.lost);
        if (first.at === undefined) failed.push(`${leg.name}: the first run was not lost:\n${first.run.log}`);
        await letTimePass(scene);
      }
      const { at, run } = await loseRunner(scene, front, leg.inputs, moment);
      // Too few writes to be stopped: then it has come to a good end.
      if (at === undefined && run.exitCode !== 0)
        failed.push(`${leg.name}, ${moment.when} ${moment.nth}, not stopped:\n${run.log}`);
      if (at === undefined) over.add(`${leg.name} ${moment.when}`);
      await letTimePass(scene);
      const outcome = await leg.end(scene).then(
        () => 'put right',
        (error: unknown) => String(error),
      );
      if (outcome !== 'put right')
        failed.push(`${leg.name}, ${moment.when} ${moment.nth} (${at}): ${outcome}`);
      if (at !== undefined) keep({ leg: leg.name, write: at, ...moment, outcome: outcome.slice(0, 60) });
    }
    if (over.size === 2 * legs.length) break;
  }
  expect(failed).toEqual([]);
}

/** More than any run has. */
const MOST = 80;

/** All; in a sample, one; with `KILL_AT`, those of these numbers. */
function moments(): readonly Moment[] {
  const all = Array.from({ length: MOST }, (_, index) => index + 1).flatMap((nth): readonly Moment[] => [
    { nth, when: 'before' },
    { nth, when: 'after' },
  ]);
  const asked = process.env['KILL_AT']?.split(',').map(Number);
  return asked === undefined
    ? (drawn(all.slice(0, 20)) ?? all)
    : all.filter(({ nth }) => asked.includes(nth));
}
