import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import type { Change, Outcome, Plan } from '../../src/model/change.ts';
import type { Check } from '../../src/model/check.ts';
import { Failure, type FailureReason } from '../../src/model/failure.ts';
import { newRecord, type RunRecord } from '../../src/model/record.ts';
import type { World } from '../../src/model/world.ts';
import { planTowards } from '../../src/plan/plan.ts';
import { planDocument, verificationDocument, wholeDocument } from '../../src/report/documents.ts';
import { type Outputs, outputs, shortened } from '../../src/report/outputs.ts';
import { association, caller, config, controlPlane, issuerless } from '../support/factories.ts';
import { host, ISSUER_HOST, OTHER_ROLE_ARN, PROVIDER_ARN, ROLE_ARN, START, uuid } from '../support/names.ts';
import { IRSA, settledIrsa, settledPods } from '../support/settled.ts';
import { pod, running } from '../support/workloads.ts';

const LIMIT = 100_000;
const JSON_OUTPUTS = ['plan', 'verification', 'control-planes', 'associations', 'restarted'];
const check = (namespace: string, status: Check['status'] = 'pass'): Check => ({
  controlPlane: 'team-a/x',
  namespace,
  check: 'rollout',
  status,
  detail: 'complete',
});
const failing = (reason: FailureReason): Failure => new Failure(reason, { tried: 'x', said: 'y', next: 'z' });

/** A run that has looked and planned. */
function planned(
  world: World,
  overrides: Partial<RunRecord> = {},
  mode: 'plan' | 'check' | 'apply' = 'plan',
): RunRecord {
  const whole = config({ mode, intent: IRSA });
  return {
    ...newRecord(),
    config: whole,
    place: { caller, cluster: world.cluster },
    world,
    plan: planTowards(IRSA, world),
    checkedAt: START,
    ...overrides,
  };
}

const all = (record: RunRecord): Outputs =>
  outputs(record, { plan: '/tmp/plan.json', verification: '/tmp/v.json' });
const parsed = (text: string | undefined): unknown => JSON.parse(text ?? 'null');
const listIn = (text: string | undefined, key: string): readonly unknown[] =>
  z.array(z.unknown()).parse(z.record(z.string(), z.unknown()).parse(parsed(text))[key]);

describe('what is known is set', () => {
  test('of a run that has not begun', () => {
    expect(all({ ...newRecord(), failure: failing('invalid-input') })).toEqual({
      verdict: 'error',
      changed: 'false',
      'failure-reason': 'invalid-input',
      'helm-version': '',
      'kubectl-version': '',
      'checked-at': '',
    });
  });

  test('of a run that could sign in and no more', () => {
    const { config: whole, place } = planned(settledIrsa());
    const { cluster, ...rest } = { ...place, cluster: issuerless() };
    expect(
      all({ ...newRecord(), config: whole ?? config(), place: { caller, ...rest, cluster } }),
    ).toMatchObject({
      verdict: 'unknown',
      'account-id': '111122223333',
      'role-arn': ROLE_ARN,
      'role-name': 'space-prod-shared-secrets',
      'oidc-provider-arn': '',
      'helm-values': '',
    });
  });

  test('of a plan', () => {
    const world = running({ a: 'nothing' }, { associations: [association('b'), association('a')] });
    const set = all(planned(world, { helmVersion: 'v4.1.4', kubectlVersion: 'v1.35.4', verdict: 'changes' }));
    expect(set).toMatchObject({
      verdict: 'changes',
      changed: 'false',
      'failure-reason': '',
      'helm-version': 'v4.1.4',
      'kubectl-version': 'v1.35.4',
      'checked-at': '2026-11-24T10:00:00.000Z',
      'oidc-provider-arn': PROVIDER_ARN,
      'summary-line': 'space-prod: 5 to create, 0 to update, 2 to delete, 1 to restart',
      'change-count': '9',
      'plan-digest': expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      'plan-file': '/tmp/plan.json',
      restarted: '[]',
    });
    expect(parsed(set['associations'])).toEqual({ [host('a')]: 'a-a', [host('b')]: 'a-b' });
    expect(parsed(set['control-planes'])).toEqual([
      { controlPlane: 'team-a/ctp-a', id: 'a', namespace: host('a'), ready: true },
    ]);
    expect(set['helm-values']).toContain(`eks.amazonaws.com/role-arn: ${ROLE_ARN}`);
    expect(Object.keys(set)).not.toEqual(expect.arrayContaining(['drift', 'verified']));
  });

  test('of a control plane that is not ready', () => {
    const { namespace: _none, id: _id, ...late } = controlPlane('late', { notReady: 'it has no ID yet' });
    const missing = controlPlane('b', { notReady: 'it is being restored' });
    const controlPlanes = [late, missing, controlPlane('c', { selected: false })];
    expect(parsed(all(planned(settledIrsa(['a'], { controlPlanes })))['control-planes'])).toEqual([
      { controlPlane: 'team-a/ctp-late', id: '', namespace: '', ready: false },
      { controlPlane: 'team-a/ctp-b', id: 'b', namespace: host('b'), ready: false },
    ]);
  });

  test('of what there is after the run, where that was seen', () => {
    const after = settledPods(['a'], { associations: [] });
    const set = all(planned(settledPods(['a']), { after, restarted: [host('a')] }, 'apply'));
    expect([parsed(set['associations']), parsed(set['restarted'])]).toEqual([{}, [host('a')]]);
  });

  test('of a verification', () => {
    const set = all(planned(settledIrsa(), { checks: [check('a'), check('b', 'fail')] }, 'check'));
    expect(set).toMatchObject({ verified: 'false', drift: 'false', 'verification-file': '/tmp/v.json' });
    expect(parsed(set['verification'])).toEqual({
      verified: false,
      checks: [check('a'), check('b', 'fail')],
    });
    expect(outputs(planned(settledIrsa(), { checks: [] }), {})).toMatchObject({
      'plan-file': '',
      'verification-file': '',
    });
  });

  test.each<[string, World, string]>([
    ['a difference', running({ a: 'nothing' }), 'true'],
    [
      'what can not be put right',
      settledIrsa(['a'], { associations: [association('a', { ownerArn: 'x', roleArn: OTHER_ROLE_ARN })] }),
      'true',
    ],
    ['nothing', settledIrsa(), 'false'],
  ])('of drift, in a check: %s', (_what, world, drift) => {
    expect(all(planned(world, {}, 'check'))['drift']).toBe(drift);
  });
});

describe('the verdict', () => {
  const plan: Plan = { changes: [], blockers: [], warnings: [], digest: '' };
  test.each<[Partial<RunRecord>, string]>([
    [{}, 'unknown'],
    [{ verdict: 'in-sync' }, 'in-sync'],
    [{ verdict: 'drifted', failure: failing('drift') }, 'drifted'],
    [{ verdict: 'unknown', failure: failing('not-verified') }, 'unknown'],
    [{ verdict: 'applied', failure: failing('not-verified') }, 'error'],
    [{ failure: failing('access-denied') }, 'error'],
    [{ failure: failing('access-denied'), config: config({ mode: 'check' }) }, 'unknown'],
    [{ failure: failing('internal'), config: config({ mode: 'check' }) }, 'error'],
    [{ failure: failing('throttled'), config: config({ mode: 'check' }), plan }, 'error'],
  ])('%#', (record, verdict) => {
    expect(all({ ...newRecord(), ...record })['verdict']).toBe(verdict);
  });
});

describe('whether anything was written', () => {
  const plan = planTowards(IRSA, running({ a: 'nothing' }));
  const outcome = (id: string, more: Partial<Outcome>): [Change, Outcome] => {
    const change = plan.changes.find((one) => one.id.startsWith(id));
    if (change === undefined) throw new Error(`no ${id} in the plan`);
    return [change, { id, status: 'done', ...more }];
  };

  test.each<[string, [Change, Outcome], boolean]>([
    ['a change was made', outcome('role', {}), true],
    ['nothing was waited for in vain', outcome('annotation', {}), false],
    ['a call was refused', outcome('role', { status: 'failed', failure: failing('access-denied') }), false],
    [
      'a call was made, and its effect not seen in time',
      outcome('role', { status: 'failed', failure: failing('timed-out') }),
      true,
    ],
    ['Helm failed somewhere', outcome('helm', { status: 'failed', failure: failing('internal') }), true],
    [
      'a restart failed somewhere',
      outcome('restart', { status: 'failed', failure: failing('rollout-failed') }),
      true,
    ],
    ['nothing was attempted', outcome('helm', { status: 'not-attempted' }), false],
    ['a change was begun', outcome('role/trust', { status: 'not-attempted', begun: true }), true],
  ])('%s', (_what, entry, changed) => {
    expect(all({ ...newRecord(), outcomes: new Map([entry]) })['changed']).toBe(String(changed));
  });
});

const expectShort = (set: Outputs, truncated: readonly string[]): void => {
  for (const name of JSON_OUTPUTS) {
    const text = set[name] ?? '';
    expect([name, Buffer.byteLength(text) < LIMIT]).toEqual([name, true]);
    expect([name, text.includes('"truncated":true')]).toEqual([name, truncated.includes(name)]);
    expect(() => parsed(text)).not.toThrow();
  }
};

describe('with 3,000 control planes', () => {
  const ids = Array.from({ length: 3000 }, (_, n) => uuid(n));
  const nothing = Object.fromEntries(ids.map((id) => [id, 'nothing'] as const));
  const pods = ids.map((id) => pod(id, 'irsa'));
  const associations = ids.map((id) =>
    association(id, { ownerArn: 'arn:x', roleArn: OTHER_ROLE_ARN, tags: {} }),
  );
  const long = running(nothing, { associations });
  const restarted = ids.map(host);
  const checks = ids.map((id) => check(host(id)));

  test('every JSON output is cut below its limit, and says so', () => {
    expectShort(all(planned(long, { restarted, checks })), JSON_OUTPUTS);
  });

  test('also where only the parts around the changes are long', () => {
    const settled = settledIrsa([], { controlPlanes: ids.map((id) => controlPlane(id)) });
    const workloads = {
      ...long.workloads,
      pods,
      serviceAccounts: ids.map((id) => ({ namespace: host(id), roleArn: ROLE_ARN })),
    };
    const quiet = planned({ ...settled, workloads }, { checks: [] });
    const noChanges = { ...quiet, plan: { changes: [], blockers: [], warnings: [], digest: '' } };
    expectShort(all(noChanges), ['plan', 'control-planes']);
    const warnings = ids.map((id) => `the Deployment in ${host(id)} is paused`);
    const blockers = ids.map((id) => ({
      reason: 'not-owned' as const,
      target: host(id),
      message: 'x',
      next: 'y',
    }));
    expectShort(all({ ...quiet, plan: { changes: [], blockers, warnings, digest: '' } }), [
      'plan',
      'control-planes',
    ]);
  });

  test('the files are whole', () => {
    const { config: whole, place, plan, world } = planned(long);
    if (whole === undefined || place === undefined || plan === undefined || world === undefined)
      throw new Error('no plan');
    const file = parsed(wholeDocument(planDocument(whole, place, plan, world)));
    expect(file).toMatchObject({ version: 1, mode: 'plan', identity: 'irsa', digest: plan.digest });
    expect(file).toMatchObject({ changes: { length: plan.changes.length }, controlPlanes: { length: 3000 } });
    expect(file).not.toHaveProperty('truncated');
    expect(parsed(wholeDocument(verificationDocument(checks)))).toMatchObject({ checks: { length: 3000 } });
  });

  test('as much is kept as fits', () => {
    const text = shortened(verificationDocument(checks));
    const kept = listIn(text, 'checks');
    const one = JSON.stringify(kept.at(-1)).length;
    expect(text.length).toBeGreaterThan(LIMIT - 2 * one);
    expect(kept).toEqual(checks.slice(0, kept.length));
  });
});

test('the plan shows what its schema says, and no payload', () => {
  const set = all(planned(running({ a: 'nothing' })));
  expect(parsed(set['plan'])).toMatchObject({
    version: 1,
    mode: 'plan',
    identity: 'irsa',
    cluster: { name: 'space-prod', region: 'eu-central-1', account: '111122223333' },
    warnings: [],
  });
  const [first] = listIn(set['plan'], 'changes');
  expect(Object.keys(z.object({}).loose().parse(first))).toEqual([
    'id',
    'action',
    'target',
    'reason',
    'effect',
    'before',
    'after',
    'severity',
  ]);
  expect(set['plan']).toContain(ISSUER_HOST);
});
