/** The example workflows are valid uses of the action; all workflows are pinned and ask for little. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readConfig } from '../../src/config/index.ts';
import { INPUT_NAMES } from '../../src/config/inputs/index.ts';
import { readFleetConfig } from '../../src/fleet/config.ts';
import { FLEET_INPUT_NAMES } from '../../src/fleet/inputs.ts';
import type { Config } from '../../src/model/config.ts';
import { examples, fleet, ours, type Workflow } from './workflow-files.ts';

const ACTION = 'OWNER/spaces-workload-identity@FULL_COMMIT_SHA';
const FLEET = 'OWNER/spaces-workload-identity/fleet@FULL_COMMIT_SHA';
const FLEET_WORKFLOW = 'OWNER/spaces-workload-identity/.github/workflows/fleet.yml@FULL_COMMIT_SHA';

/** An expression of GitHub's stands for a value that the runner puts in. */
function worked(value: string): string {
  return value
    .replaceAll(/\$\{\{ \w+\.\w+\.outputs\.digest \}\}/g, `sha256:${'0'.repeat(64)}`)
    .replaceAll(/\$\{\{ \w+\.reviewed\.outputs\.digest \}\}/g, `sha256:${'0'.repeat(64)}`)
    .replaceAll('${{ matrix.account }}', '111122223333')
    .replaceAll('${{ matrix.region }}', 'eu-central-1')
    .replaceAll('${{ matrix.role }}', 'arn:aws:iam::111122223333:role/spaces-check')
    .replaceAll(/\$\{\{ vars\.\w+_VERSION \}\}/g, 'v1.35.4')
    .replaceAll(/\$\{\{ vars\.\w+_SHA256 \}\}/g, '0'.repeat(64))
    .replaceAll(/\$\{\{ [\w.-]+ \}\}/g, 'space-eu');
}

interface Use {
  readonly job: Workflow['jobs'][string];
  readonly inputs: Readonly<Record<string, string>>;
}

function usesOf(workflow: Workflow, action = ACTION): readonly Use[] {
  return Object.values(workflow.jobs).flatMap((job) =>
    job.steps.flatMap((step) => (step.uses === action ? [{ job, inputs: step.with ?? {} }] : [])),
  );
}

function configOf(inputs: Readonly<Record<string, string>>, event: string): Config {
  const values = Object.entries(inputs).map(([name, value]): [string, string] => [name, worked(value)]);
  return readConfig({
    texts: Object.fromEntries<string>(values),
    region: '',
    runId: '1',
    trigger: { event, payload: '', ref: 'refs/heads/main' },
  });
}

const callsFleet = ([, , { jobs }]: (typeof examples)[number]): boolean =>
  Object.values(jobs).some(({ uses }) => uses === FLEET_WORKFLOW);

describe.each(examples.filter((example) => !callsFleet(example)))('%s', (path, text, workflow) => {
  const uses = usesOf(workflow);

  test('uses the action with inputs that it has, and that go together', () => {
    expect(uses.length).toBeGreaterThan(0);
    const known = new Set<string>(INPUT_NAMES);
    expect(uses.flatMap(({ inputs }) => Object.keys(inputs)).filter((name) => !known.has(name))).toEqual([]);
    for (const event of Object.keys(workflow.on)) for (const { inputs } of uses) configOf(inputs, event);
  });

  test('has the permissions that it needs', () => {
    for (const { job, inputs } of uses) {
      const granted = { ...workflow.permissions, ...job.permissions };
      const { reporting } = configOf(inputs, '');
      const comments = 'pull_request' in workflow.on && reporting.commentOnPr;
      expect(granted).toMatchObject({
        'id-token': 'write',
        ...(comments && { 'pull-requests': 'write' }),
        ...(reporting.driftIssue && { issues: 'write' }),
      });
    }
  });

  test('lets no two runs that write meet', () => {
    const writes = uses.some(({ inputs }) => inputs['mode'] === 'apply' || inputs['mode'] === 'destroy');
    if (writes) expect(workflow.concurrency).toEqual({ group: 'space-prod-identity' });
    expect(text).toContain('concurrency:');
  });

  if (['apply', 'check', 'plan'].some((name) => path === join('examples', `${name}.yml`))) {
    test('is short, and stands in the README', () => {
      expect(text.trimEnd().split('\n').length).toBeLessThanOrEqual(19);
      expect(readFileSync('README.md', 'utf8')).toContain(`\`\`\`yaml\n${text.trimEnd()}\n\`\`\``);
    });
  }
});

test('the example of a fleet finds it with inputs that the search has, and hands all of it on', () => {
  const [, text, workflow] = examples.find(([path]) => path === join('examples', 'fleet-matrix.yml')) ?? [];
  const [use, ...others] = workflow === undefined ? [] : usesOf(workflow, FLEET);
  expect(others).toEqual([]);
  expect(use?.job.permissions).toEqual({ 'id-token': 'write' });
  const { inputs = {} } = use ?? {};
  const known = new Set<string>(FLEET_INPUT_NAMES);
  expect(Object.keys(inputs).filter((name) => !known.has(name))).toEqual([]);
  expect(readFleetConfig((name) => inputs[name] ?? '', '1').roles).toHaveLength(2);
  for (const name of ['cluster', 'region', 'account', 'role', 'label'])
    expect(text).toContain(`: \${{ matrix.${name} }}\n`);
  expect(readFileSync('docs/fleet.md', 'utf8')).toContain(`\`\`\`yaml\n${text?.trimEnd()}\n\`\`\``);
});

describe.each(examples.filter(callsFleet))('%s', (_path, text, workflow) => {
  const [job] = Object.values(workflow.jobs);

  test('calls the workflow with inputs that it has', () => {
    const { inputs } = fleet.on.workflow_call;
    const given = Object.keys(job?.with ?? {});
    expect(given.filter((name) => !(name in inputs))).toEqual([]);
    const required = Object.keys(inputs).filter((name) => inputs[name]?.required === true);
    expect(required.filter((name) => !given.includes(name))).toEqual([]);
    expect(text).toContain('concurrency:');
  });

  test('gives the permissions that the jobs of the workflow ask for, and no others', () => {
    const asked = Object.assign({}, ...Object.values(fleet.jobs).map((one) => one.permissions)) as unknown;
    expect(job?.permissions).toEqual(asked);
  });
});

const intentOf = (name: string): Config['intent'] => {
  const [, , workflow] = examples.find(([path]) => path === join('examples', name)) ?? [];
  const [use] = workflow === undefined ? [] : usesOf(workflow);
  return configOf(use?.inputs ?? {}, '').intent;
};

test('the plan that is reviewed and the one that is applied have the same inputs, but for the login that an upgrade needs', () => {
  const { release, ...intent } = intentOf('reviewed/apply.yml');
  const { registryUsername, registryPassword, ...others } = release;
  expect([registryUsername, registryPassword]).not.toContain(undefined);
  expect({ ...intent, release: others }).toEqual(intentOf('reviewed/plan.yml'));
});

test.each([...examples, ...ours])('%s pins every action by its commit', (_path, text) => {
  const lines = text
    .split('\n')
    .filter(
      (line) =>
        /^\s*(- )?uses:/.test(line) &&
        !/ (OWNER\/spaces-workload-identity\S*@FULL_COMMIT_SHA|\.\/\.spaces-workload-identity|\.\/\.github\/workflows\/)/.test(
          line,
        ),
    );
  expect(lines.filter((line) => !/@[0-9a-f]{40} # v\d+\.\d+\.\d+$/.test(line))).toEqual([]);
});

test.each(ours)('%s asks for little, and keeps no credentials', (path, text, workflow) => {
  expect(workflow.permissions).toEqual({});
  const isPart = path === join('.github', 'workflows', 'fleet-clusters.yml');
  expect(text.includes('concurrency:')).toBe(!isPart);
  const checkouts = Object.values(workflow.jobs)
    .flatMap((job) => job.steps)
    .filter((step) => step.uses?.startsWith('actions/checkout@') === true);
  expect(checkouts.filter((step) => step.with?.['persist-credentials'] !== 'false')).toEqual([]);
  const ownSteps = Object.values(workflow.jobs).filter(({ uses }) => uses === undefined);
  expect(text.match(/timeout-minutes:/g) ?? []).toHaveLength(ownSteps.length);
});
