/** Findings as SARIF: which there are, how they are told apart, and what code scanning needs of them. */
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { CHECK_NAMES, type Check } from '../../src/model/check.ts';
import type { Change, Outcome } from '../../src/model/change.ts';
import { newRecord, type RunRecord } from '../../src/model/record.ts';
import { sarif } from '../../src/report/sarif.ts';
import { RULES_OF_CHECKS, RULES_OF_WRITES } from '../../src/report/sarif-rules.ts';
import { config } from '../support/factories.ts';
import { sarifProblems, sarifSchema } from '../support/sarif.ts';
import { planned, someChange, withChanges } from './records.ts';

const CONTEXT = { version: '1.2.3', workflowFile: '.github/workflows/check.yml' };

function runOf(record: RunRecord) {
  const content: unknown = JSON.parse(sarif(record, CONTEXT) ?? '');
  expect(sarifProblems(content)).toEqual([]);
  const document = sarifSchema.parse(content);
  const [run] = document.runs;
  if (run === undefined) throw new Error('no run');
  return run;
}

function someCheck(overrides: Partial<Check> = {}): Check {
  const standard = { controlPlane: 'team-a/web', namespace: 'mxp-1-system', check: 'trust-policy' } as const;
  return { ...standard, status: 'fail', detail: 'the trust policy is open to everybody', ...overrides };
}

const security = (overrides: Partial<Omit<Change, 'write'>> = {}): Change =>
  someChange({ severity: 'security', ...overrides });
const checked = (checks: readonly Check[], changes: readonly Change[] = []): RunRecord => ({
  ...withChanges(changes),
  config: config({ mode: 'check' }),
  checks,
});

test('each failed check and each drift of severity `security` is a result, and nothing else is', () => {
  const { results, tool } = runOf(
    checked(
      [
        someCheck(),
        someCheck({ check: 'isolation', detail: 'it could read prod/x' }),
        someCheck({ check: 'rollout', status: 'pass' }),
        someCheck({ check: 'agent', status: 'warn' }),
        someCheck({ check: 'permissions', status: 'unknown' }),
      ],
      [
        security({ id: 'role/trust-policy', address: 'role/trust-policy', reason: 'it is wider' }),
        someChange({ id: 'role/tags', address: 'role/tags' }),
        security({ id: 'role', address: 'kept', drift: false }),
      ],
    ),
  );
  expect(results.map(({ ruleId }) => ruleId)).toEqual([
    'drift/role',
    'check/trust-policy',
    'check/isolation',
  ]);
  expect(results.map(({ ruleIndex }) => tool.driver.rules[ruleIndex]?.id)).toEqual(
    results.map(({ ruleId }) => ruleId),
  );
  expect(results[1]?.message.text).toBe('team-a/web: the trust policy is open to everybody.');
  expect(results[0]?.message.text).toContain('it is wider (role/trust-policy, update).');
  expect(results[0]?.locations[0]?.physicalLocation.artifactLocation.uri).toBe(CONTEXT.workflowFile);
});

test.each([
  ['isolation', 'somebody may read who should not', '8.0', 'error'],
  ['pod-identity-injected', 'the wrong identity', '5.5', 'error'],
  ['rollout', 'nobody reads too much', '2.0', 'warning'],
] as const)('what %s finds is as severe as it is: %s', (check, _why, score, level) => {
  const { results, tool } = runOf(checked([someCheck({ check })]));
  const [rule] = tool.driver.rules;
  expect(rule).toMatchObject({ defaultConfiguration: { level }, properties: { 'security-severity': score } });
  expect(results).toMatchObject([{ level }]);
});

test('what is no SARIF would be told', () => {
  expect(sarifProblems({ version: '2.1.0', runs: [{ results: [] }] })).not.toEqual([]);
});

test('in sync there is a document without results, which closes what was found before', () => {
  const run = runOf(checked([someCheck({ status: 'pass' })]));
  expect(run.results).toEqual([]);
  expect(run.tool.driver.rules).toEqual([]);
  expect(run.invocations).toEqual([{ executionSuccessful: true, toolExecutionNotifications: [] }]);
});

test('what could not be looked at is said, and the run does not count as whole', () => {
  const run = runOf(checked([someCheck({ status: 'unknown', detail: 'IAM did not answer' })]));
  expect(run.results).toEqual([]);
  expect(run.invocations).toEqual([
    {
      executionSuccessful: false,
      toolExecutionNotifications: [
        {
          level: 'warning',
          message: { text: 'team-a/web: trust-policy could not be determined: IAM did not answer' },
        },
      ],
    },
  ]);
});

test('of a run that came to no plan there is none: it could only say that nothing was found', () => {
  expect(sarif(newRecord(), CONTEXT)).toBeUndefined();
  const { plan: _plan, ...before } = planned();
  expect(sarif(before, CONTEXT)).toBeUndefined();
});

test('a plan that rests on doubts is not whole', () => {
  const record = withChanges([]);
  const doubt = { reason: 'nothing-listed', target: 'x', message: 'm', next: 'n' } as const;
  const plan = {
    ...withChanges([]).plan,
    changes: [],
    blockers: [],
    warnings: [],
    digest: '',
    doubts: [doubt],
  };
  expect(runOf({ ...record, plan }).invocations[0]?.executionSuccessful).toBe(false);
});

describe('after an apply', () => {
  const changes = ['done', 'failed', 'not-attempted'].map((address) =>
    security({ address, reason: address }),
  );
  const outcomes = new Map<string, Outcome>([
    ['done', { status: 'done', wrote: true }],
    ['failed', { status: 'failed', wrote: false }],
    ['not-attempted', { status: 'not-attempted', wrote: false }],
  ]);

  test('what was put right is no finding any more', () => {
    const { results } = runOf({ ...withChanges(changes), config: config({ mode: 'apply' }), outcomes });
    expect(results.map(({ message }) => message.text)).toEqual(
      [expect.stringContaining('not-attempted'), expect.stringContaining('failed')].toReversed(),
    );
  });
});

const analysisOf = (mode: 'plan' | 'check', label: string) =>
  runOf({ ...withChanges([]), config: config({ mode, reporting: { ...config().reporting, label } }) })
    .automationDetails.id;

test('uses and modes are analyses of their own: one does not close what another has found', () => {
  expect(analysisOf('check', 'space-eu')).toBe('spaces-workload-identity/space-eu/check/');
  expect(new Set([analysisOf('check', 'a'), analysisOf('check', 'b'), analysisOf('plan', 'a')]).size).toBe(3);
});

const prints = (checks: readonly Check[]): readonly string[] =>
  runOf(checked(checks)).results.map(
    ({ partialFingerprints }) => partialFingerprints.primaryLocationLineHash,
  );
const key = ({ namespace: of, check }: { namespace: string; check: string }): string => `${of} ${check}`;

test('the same finding keeps its fingerprint whatever its words, and no two findings share one', () => {
  expect(prints([someCheck()])).toEqual(prints([someCheck({ detail: 'other words' })]));
  const namespace = fc.stringMatching(/^mxp-[a-z0-9]{1,8}-system$/);
  const one = fc.record({ namespace, check: fc.constantFrom(...CHECK_NAMES) });
  fc.assert(
    fc.property(fc.uniqueArray(one, { selector: key, minLength: 1 }), (many) => {
      const all = prints(many.map((overrides) => someCheck(overrides)));
      expect(new Set(all).size).toBe(many.length);
    }),
  );
});

test('what a cluster says is no link', () => {
  const detail = 'store [x](https://example.com/y), list[0] [a] (b)';
  const escaped = String.raw`store \[x\](https://example.com/y), list[0] [a] (b)`;
  const run = runOf(checked([someCheck({ detail }), someCheck({ status: 'unknown', detail })]));
  expect(run.results[0]?.message.text).toBe(`team-a/web: ${escaped}.`);
  expect(run.invocations[0]?.toolExecutionNotifications[0]?.message.text).toContain(escaped);
});

test('what is for the whole Space, and a control plane without a name, are named', () => {
  const { results } = runOf(
    checked(
      [someCheck({ controlPlane: '' }), someCheck({ controlPlane: '', namespace: '' })],
      [
        security({ address: 'a', host: { name: 'team-a/web', namespace: 'mxp-1-system' } }),
        security({ address: 'b', host: { name: '', namespace: 'mxp-2-system' } }),
      ],
    ),
  );
  expect(results.map(({ message }) => message.text.split(':')[0])).toEqual([
    'team-a/web',
    'mxp-2-system',
    'mxp-1-system',
    'the Space',
  ]);
  expect(results[0]?.locations[0]?.logicalLocations[0]?.fullyQualifiedName).toMatch(/^arn:.*\/mxp-1-system$/);
});

test('rules have ids of their own, and say what to do', () => {
  const rules = [...Object.values(RULES_OF_CHECKS), ...new Set(Object.values(RULES_OF_WRITES))];
  expect(new Set(rules.map(({ id }) => id)).size).toBe(rules.length);
  for (const { short, help } of rules) {
    expect(short).toMatch(/^[A-Z].*[^.]$/);
    expect(help).toMatch(/\.$/);
  }
  expect(Object.entries(RULES_OF_CHECKS).filter(([name, { id }]) => id !== `check/${name}`)).toEqual([]);
});
