import { expect, test } from '@jest/globals';
import type { SimulationBatch } from '../../src/model/evidence.ts';
import { gather } from '../../src/prove/gather.ts';
import { intent, role } from '../support/factories.ts';
import { fakeSpace } from '../support/fake-space.ts';
import { emptyState } from '../support/fake-state.ts';
import { OTHER_ROLE_ARN } from '../support/names.ts';
import { running } from '../support/workloads.ts';
import { NONE } from './scene.ts';

const notAsked = { access: false, secrets: [], parameters: [] };

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

const wish = (identity: 'irsa' | 'pod-identity') => ({ intent: intent({ identity }), proof: notAsked });

test('one look at the permissions for all; nodes only for Pod Identity; no proof that was not asked for', async () => {
  const irsa = setup();
  const world = running({ a: 'irsa', b: 'irsa', c: 'irsa' }, { role: role() });
  const evidence = await gather(irsa.read, wish('irsa'), world, {});
  expect(irsa.asked).toEqual([`simulate ${role().arn} in 2`]);
  expect(Object.keys(evidence)).toEqual(['simulation']);
  const pods = setup();
  await gather(pods.read, wish('pod-identity'), world, {});
  expect(pods.asked.toSorted()).toEqual(['nodes', `simulate ${role().arn} in 2`]);
});

test('nothing is asked about nobody, or about a role that is not there or not ours', async () => {
  for (const world of [
    running({}, { role: role() }),
    running({ a: 'irsa' }),
    running({ a: 'irsa' }, { role: role({ arn: OTHER_ROLE_ARN }) }),
  ]) {
    const { read, asked } = setup();
    expect((await gather(read, wish('irsa'), world, {})).simulation.kind).toBe('unavailable');
    expect(asked).toEqual([]);
  }
});

test('the proof, when it was asked for', async () => {
  const { read } = setup();
  const world = running({ a: 'irsa' }, { role: role() });
  const { proofs } = await gather(read, { intent: intent(), proof: NONE }, world, {});
  // The stand-in refuses every token: unknown, but tried.
  expect(proofs?.get('mxp-a-system')?.access.status).toBe('unknown');
});
