/** What is gathered for a verification, and how often AWS and Kubernetes are asked. */
import { expect, test } from '@jest/globals';
import type { SimulationBatch } from '../../src/model/evidence.ts';
import { gatherEvidence } from '../../src/evidence/gather.ts';
import type { Intent, Proof } from '../../src/model/config.ts';
import type { Readers } from '../../src/model/ports.ts';
import { controlPlane, intent, role, type WorldParts } from '../support/factories.ts';
import { fakeSpace } from '../support/fake-space.ts';
import { emptyState } from '../support/fake-state.ts';
import { OTHER_ROLE_ARN } from '../support/names.ts';
import { running } from '../support/workloads.ts';
import { irsaWorld, soundRole } from '../verify/support.ts';
import { byPod, contextOf, WITHOUT_READS } from './scene.ts';

const NOT_ASKED: Proof = { access: false, secrets: [], parameters: [] };

function setup() {
  const { read } = fakeSpace(emptyState());
  const asked: string[] = [];
  const simulate = async (arn: string, batches: readonly SimulationBatch[]) => {
    asked.push(`simulate ${arn} in ${batches.length}`);
    return await Promise.resolve({ kind: 'simulated' as const, answers: [] });
  };
  const nodes = async () => {
    asked.push('nodes');
    return await Promise.resolve([]);
  };
  const watched = {
    ...read,
    aws: { ...read.aws, simulate },
    kubernetes: { ...read.kubernetes, nodes },
  };
  return { read: watched, asked };
}

const gathered = async (read: Readers, asked: Intent, parts: WorldParts, proof = NOT_ASKED) =>
  (await gatherEvidence(contextOf({ read, parts }, asked, { proof }))).evidence;

test('one look at the permissions for all; nodes only for Pod Identity; no proof that was not asked for', async () => {
  const irsa = setup();
  const parts = running({ a: 'irsa', b: 'irsa', c: 'irsa' }, { role: role() });
  const evidence = await gathered(irsa.read, intent(), parts);
  expect(irsa.asked).toEqual([`simulate ${role().arn} in 5`]);
  expect(Object.keys(evidence)).toEqual(['simulation', 'forecasts']);
  expect(evidence.forecasts?.size).toBe(3);
  const pods = setup();
  await gathered(pods.read, byPod, parts);
  expect(pods.asked.toSorted()).toEqual(['nodes', `simulate ${role().arn} in 5`]);
});

test.each([
  [{ mayArrive: true as const }, true],
  // Another look would get the same.
  [{}, false],
])(
  'a role that was just written is asked about again while it may be on its way: %j',
  async (why, isRepeated) => {
    const { read } = fakeSpace(emptyState({ role: soundRole() }));
    const { clock } = read;
    let count = 0;
    const simulate = async () => {
      count += 1;
      return await Promise.resolve({ kind: 'unavailable' as const, why: 'not now', ...why });
    };
    const parts = irsaWorld({ role: soundRole() });
    const context = contextOf({ read: { ...read, aws: { ...read.aws, simulate } }, parts }, intent(), {
      proof: NOT_ASKED,
      roleWrittenAt: clock.now(),
    });
    await gatherEvidence(context);
    expect(count > 1).toBe(isRepeated);
  },
);

test('nothing is asked about a role that is not there or not ours', async () => {
  for (const parts of [
    running({ a: 'irsa' }),
    running({}),
    running({ a: 'irsa' }, { role: role({ arn: OTHER_ROLE_ARN }) }),
  ]) {
    const { read, asked } = setup();
    expect((await gathered(read, intent(), parts)).simulation.kind).toBe('unavailable');
    expect(asked).toEqual([]);
  }
});

test('what needs no control plane is asked about a Space without one, and not about one whose control planes are on their way', async () => {
  const empty = setup();
  await gathered(empty.read, byPod, running({}, { role: role() }));
  expect(empty.asked.toSorted()).toEqual(['nodes', `simulate ${role().arn} in 5`]);
  const late = setup();
  const { namespace: _none, ...unplaced } = controlPlane('late', { notReady: 'it has no ID yet' });
  await gathered(late.read, byPod, running({}, { role: role(), controlPlanes: [unplaced] }));
  expect(late.asked).toEqual([]);
});

test('the proof, when it was asked for', async () => {
  const { read } = setup();
  const parts = running({ a: 'irsa' }, { role: role() });
  const { proofs } = await gathered(read, intent(), parts, WITHOUT_READS);
  // The stand-in refuses every token: unknown, but tried.
  expect(proofs?.get('mxp-a-system')?.access.status).toBe('unknown');
});

test('and whether the proof has read something', async () => {
  const { read } = setup();
  const parts = running({ a: 'irsa' }, { role: role() });
  const probed = async (proof: Proof) => (await gathered(read, intent(), parts, proof)).probed;
  expect(await probed(NOT_ASKED)).toBeUndefined();
  expect(await probed(WITHOUT_READS)).toBe(false);
  expect(await probed({ ...WITHOUT_READS, secrets: ['x'] })).toBe(true);
  expect(await probed({ ...WITHOUT_READS, parameters: ['/x'] })).toBe(true);
});
