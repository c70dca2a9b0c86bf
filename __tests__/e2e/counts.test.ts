/** What a run asks and starts, counted: programs by a number that does not grow, calls to AWS by little more than the associations. */
import { expect, test } from '@jest/globals';
import { type Cost, measuredRun } from '../../bench/measured-run.ts';
import { growTo } from '../../bench/space.ts';
import { useScene } from './support/scene.ts';

const FEW = 2;
const MORE = 14;
const scene = useScene({ controlPlanes: FEW, groups: 5 });

async function costOf(mode: string, identity: string): Promise<Cost> {
  return await measuredRun(scene.world, { mode, identity });
}

test('a check, an apply and a plan start as many programs for two control planes as for fourteen', async () => {
  const costs = new Map<string, Cost>();
  for (const size of [FEW, MORE]) {
    await growTo(scene.world, size);
    costs.set(`apply ${size}`, await costOf('apply', 'pod-identity'));
    costs.set(`check ${size}`, await costOf('check', 'pod-identity'));
    costs.set(`plan ${size}`, await costOf('plan', 'irsa'));
  }
  const programs = (name: string): number | undefined => costs.get(name)?.programs;
  for (const mode of ['apply', 'check', 'plan'])
    expect(programs(`${mode} ${MORE}`)).toBe(programs(`${mode} ${FEW}`));
  expect(programs(`check ${MORE}`)).toBeLessThanOrEqual(8);

  const check = costs.get(`check ${MORE}`);
  // One for each association, and IAM's simulator once for each of six actions: it takes none of them together.
  expect(check?.awsReads).toBeLessThanOrEqual(MORE + 20);
  expect(check?.awsWrites).toBe(0);
  // One page of each list, a dry run for each pod, and what tells where the kinds are.
  expect(check?.clusterRequests).toBeLessThanOrEqual(MORE + 20);
});

test('a check of IRSA asks AWS as much for fourteen as for one', async () => {
  await costOf('apply', 'irsa');
  const { awsReads, awsWrites, programs, clusterRequests } = await costOf('check', 'irsa');
  expect(awsReads).toBeLessThanOrEqual(20);
  expect(awsWrites).toBe(0);
  expect(programs).toBeLessThanOrEqual(8);
  expect(clusterRequests).toBeLessThanOrEqual(MORE + 20);
});
