/** The workflow of a fleet: whose actions it uses, with which inputs, and when it reports. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { INPUT_NAMES } from '../../src/config/inputs/index.ts';
import { readReportInputs, REPORT_INPUTS } from '../../src/fleet/report/inputs.ts';
import { type Context, holds, rendered } from '../support/expressions.ts';
import { fleet, fleetClusters } from './workflow-files.ts';

test('the workflow of a fleet uses the actions of its own commit, with inputs that they have', () => {
  const own = './.spaces-workload-identity';
  const steps = [fleet, fleetClusters].flatMap(({ jobs }) => Object.values(jobs).flatMap((job) => job.steps));
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
  ['failed when all was told', { result: 'failure', outputs: { matrices: LISTED } }, undefined],
  ['went well', { result: 'success', outputs: { matrices: LISTED } }, undefined],
  ['found nobody', { result: 'success', outputs: { matrices: '[]' } }, undefined],
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
  // Those of clusters run after a search that has looked.
  expect(bare).toEqual([fleet.jobs['clusters']]);
});

test('each part is a run of its own, after the one before, and has all inputs that it takes', () => {
  const { inputs } = fleetClusters.on.workflow_call;
  const { with: given = {}, uses, permissions } = fleet.jobs['clusters'] ?? {};
  expect(uses).toBe('./.github/workflows/fleet-clusters.yml');
  expect(Object.keys(given).toSorted()).toEqual(Object.keys(inputs).toSorted());
  const { clusters, part, ...others } = given;
  expect(clusters).toBe('${{ toJSON(matrix.part) }}');
  expect(part).toBe('${{ strategy.job-index }}');
  for (const [name, text] of Object.entries(others)) {
    expect(text).toBe(`\${{ inputs.${name} }}`);
    expect(fleet.on.workflow_call.inputs).toHaveProperty([name, 'type'], inputs[name]?.type);
  }
  expect(permissions).toEqual(fleetClusters.jobs['cluster']?.permissions);
  expect(readFileSync('.github/workflows/fleet.yml', 'utf8')).toContain('      max-parallel: 1\n');
});

test.each([
  ['some', LISTED, true],
  ['none', '[]', false],
  ['what GitHub did not hand on', '', false],
])(
  'of clusters that were found, %s: jobs run for them only where there are any',
  (_which, matrices, isRun) => {
    const condition = fleet.jobs['clusters']?.if ?? '';
    expect(holds(condition, { needs: { find: { outputs: { matrices } } } })).toBe(isRun);
  },
);

test('the files of two clusters never have one name, in whichever parts they are', () => {
  const { steps = [] } = fleetClusters.jobs['cluster'] ?? {};
  const { with: inputs } = steps.find(({ uses }) => uses?.startsWith('actions/upload-artifact@')) ?? {};
  const named = (part: string, index: string): string =>
    rendered(inputs?.['name'] ?? '', {
      inputs: { part, label: 'fleet' },
      strategy: { 'job-index': index },
    });
  expect(new Set([named('0', '0'), named('0', '1'), named('1', '0'), named('1', '1')]).size).toBe(4);
});
