/** The workflow of a fleet: whose actions it uses, with which inputs, and when it reports. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { INPUT_NAMES } from '../../src/config/inputs/index.ts';
import { readReportInputs, REPORT_INPUTS } from '../../src/fleet/report/inputs.ts';
import { type Context, holds, rendered } from '../support/expressions.ts';
import { fleet } from './workflow-files.ts';

test('the workflow of a fleet uses the actions of its own commit, with inputs that they have', () => {
  const own = './.spaces-workload-identity';
  const steps = Object.values(fleet.jobs).flatMap((job) => job.steps);
  const checkouts = steps.filter(({ uses }) => uses?.startsWith('actions/checkout@') === true);
  expect(checkouts).toHaveLength(3);
  for (const step of checkouts)
    expect(step.with).toMatchObject({
      repository: '${{ job.workflow_repository }}',
      ref: '${{ job.workflow_sha }}',
    });
  const inputsOf = (uses: string): readonly string[] =>
    Object.keys(steps.find((step) => step.uses === uses)?.with ?? {});
  const known = new Set<string>(INPUT_NAMES);
  expect(inputsOf(own).length).toBeGreaterThan(5);
  expect(inputsOf(own).filter((name) => !known.has(name))).toEqual([]);
  expect(inputsOf(`${own}/fleet/report`).length).toBeGreaterThan(3);
  expect(inputsOf(`${own}/fleet/report`).filter((name) => !(name in REPORT_INPUTS))).toEqual([]);
});

/** What the report of the fleet gets from a search that ended so. */
function reported(find: Context): Readonly<Record<string, string>> {
  const { steps = [] } = fleet.jobs['report'] ?? {};
  const { with: inputs = {} } = steps.find(({ uses }) => uses?.endsWith('/fleet/report') === true) ?? {};
  const context = {
    needs: { find },
    runner: { temp: '/tmp' },
    inputs: { 'fail-on-drift': 'true', 'fleet-issue': 'true', label: 'fleet' },
  };
  return Object.fromEntries(Object.entries(inputs).map(([name, text]) => [name, rendered(text, context)]));
}

const LISTED = JSON.stringify([{ include: [{ cluster: 'a', region: 'eu-central-1' }] }]);

test.each([
  [
    'failed and says why',
    { result: 'failure', outputs: { 'failure-reason': 'access-denied' } },
    'access-denied',
  ],
  ['failed before it could say why', { result: 'failure', outputs: {} }, 'failure'],
  ['ran out of time', { result: 'cancelled', outputs: {} }, 'cancelled'],
  ['found clusters that GitHub did not hand on', { result: 'success', outputs: {} }, 'success'],
  ['failed when all was told', { result: 'failure', outputs: { expected: LISTED } }, undefined],
  ['went well', { result: 'success', outputs: { expected: LISTED } }, undefined],
  ['found nobody', { result: 'success', outputs: { expected: '[]' } }, undefined],
])('a search that %s: the report of the fleet runs and can say so', (_how, find, failure) => {
  const condition = fleet.jobs['report']?.if ?? '';
  expect(holds(condition, { needs: { find }, 'cancelled()': 'false' })).toBe(true);
  expect(holds(condition, { needs: { find }, 'cancelled()': 'true' })).toBe(false);
  const texts = reported(find);
  expect(readReportInputs((name) => texts[name] ?? '')['search-failure']).toBe(failure);
});

test('what the search says of its failure is an output of its job', () => {
  const text = readFileSync('.github/workflows/fleet.yml', 'utf8');
  expect(text).toContain('      failure-reason: ${{ steps.find.outputs.failure-reason }}\n');
});

test('no job of the fleet takes the action from a checkout of which it does not know the commit', () => {
  const bare = Object.values(fleet.jobs).filter(({ steps }) => !steps[0]?.run?.includes('"$COMMIT" =~ '));
  // That of a cluster runs after a search that has looked.
  expect(bare).toEqual([fleet.jobs['cluster']]);
});
