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

/** By name, so that a difference says which program it is. */
function programs(cost: Cost | undefined): readonly string[] {
  return (cost?.spans ?? [])
    .filter(({ kind }) => kind === 'program')
    .map(({ name }) => name)
    .toSorted();
}

test('a check, an apply and a plan start as many programs for two control planes as for fourteen', async () => {
  const costs = new Map<string, Cost>();
  for (const size of [FEW, MORE]) {
    await growTo(scene.world, size);
    costs.set(`apply ${size}`, await costOf('apply', 'pod-identity'));
    costs.set(`check ${size}`, await costOf('check', 'pod-identity'));
    costs.set(`plan ${size}`, await costOf('plan', 'irsa'));
  }
  for (const mode of ['apply', 'check', 'plan']) {
    const [few, more] = [FEW, MORE].map((size) => programs(costs.get(`${mode} ${size}`)));
    expect(new Set(more)).toEqual(new Set(few));
    // One may be asked a second time: a read that did not go through, a connection that was refused.
    const asked = `${mode}: ${more?.join(', ')}`;
    expect([asked, (more?.length ?? 0) - (few?.length ?? 0) <= 1]).toEqual([asked, true]);
  }
  expect(programs(costs.get(`check ${MORE}`)).length).toBeLessThanOrEqual(8);

  const check = costs.get(`check ${MORE}`);
  // One for each association, and IAM's simulator once for each of six actions: it takes none of them together.
  expect(check?.awsReads).toBeLessThanOrEqual(MORE + 20);
  expect(check?.awsWrites).toBe(0);
  // One page of each list, a dry run for each pod, and what tells where the kinds are.
  expect(check?.clusterRequests).toBeLessThanOrEqual(MORE + 20);
});

test('a check of IRSA asks AWS as much for fourteen as for one', async () => {
  await costOf('apply', 'irsa');
  const check = await costOf('check', 'irsa');
  const { awsReads, awsWrites, clusterRequests } = check;
  expect(awsReads).toBeLessThanOrEqual(20);
  expect(awsWrites).toBe(0);
  expect(programs(check).length).toBeLessThanOrEqual(8);
  expect(clusterRequests).toBeLessThanOrEqual(MORE + 20);
});
