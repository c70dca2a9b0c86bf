/** A move away from associations that is killed before any of its writes: few pods are left without a way to renew, and the next run ends it. */
import { expect, test } from '@jest/globals';
import { spaceOf } from './support/apply-context.ts';
import type { FakeSpace } from './support/fake-space.ts';
import { isOfController } from './support/fake-state.ts';
import { killAfter, liveOn, runMode } from './support/running.ts';
import { host, ROLE_ARN } from './support/names.ts';
import { IRSA, PODS } from './support/settled.ts';
import { watchTrust } from './support/watching.ts';

const IDS = Array.from({ length: 12 }, (_, n) => `n${n}`);
const WAVE = 5;

async function onPodIdentity(): Promise<FakeSpace> {
  const space = spaceOf(Object.fromEntries(IDS.map((id) => [id, 'nothing'] as const)), { quota: 8192 });
  expect((await runMode(space, 'apply', PODS)).failure).toBeUndefined();
  liveOn(space.state, IRSA, ROLE_ARN);
  return space;
}

/** Namespaces of live pods with Pod Identity and no association, which the agent gives nothing new. */
function stranded({ state }: FakeSpace): ReadonlySet<string> {
  const associated = new Set(state.associations.filter(isOfController).map(({ namespace }) => namespace));
  const pods = state.pods.filter(({ deleting, podIdentity }) => podIdentity && !deleting);
  return new Set(pods.map(({ namespace }) => namespace).filter((namespace) => !associated.has(namespace)));
}

/** Namespaces of the restarts among a run's writes. */
const restartsIn = ({ writes }: FakeSpace, from: number): readonly string[] => {
  const calls = writes.slice(from).filter(({ call }) => call === 'restart');
  const all = JSON.stringify(calls);
  return IDS.map(host).filter((namespace) => all.includes(`"${namespace}"`));
};

/** Gives how many writes the move had made when it was over; fewer than asked for when it was not killed. */
async function killedAt(count: number): Promise<number> {
  const space = await onPodIdentity();
  const lost = watchTrust(space);
  let most = 0;
  const { watch } = space.state;
  space.state.watch = () => {
    watch();
    most = Math.max(most, stranded(space).size);
  };
  const from = space.writes.length;
  const revive = killAfter(space, count);
  await runMode(space, 'apply', IRSA);
  revive();
  const writes = space.writes.length - from;
  expect(stranded(space).size).toBeLessThanOrEqual(WAVE);
  const moved = restartsIn(space, from);

  const second = space.writes.length;
  expect((await runMode(space, 'apply', IRSA)).failure).toBeUndefined();
  expect(most).toBeLessThanOrEqual(WAVE);
  expect(lost).toEqual([]);
  expect(space.state.associations).toEqual([]);
  expect(space.state.pods.map(({ irsaRoleArn }) => irsaRoleArn)).toEqual(IDS.map(() => ROLE_ARN));
  // Who had been moved is left alone.
  expect(restartsIn(space, second).filter((namespace) => moved.includes(namespace))).toEqual([]);
  return writes;
}

test('killed before each write in turn', async () => {
  let count = 0;
  while ((await killedAt(count)) === count) count += 1;
  // OIDC provider, trust in both, annotation; then three waves, each with a restart; then the end of the trust.
  const writes = 3 + IDS.length + 3 + 1;
  expect(count).toBe(writes + 1);
});
