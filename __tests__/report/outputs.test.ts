/** The outputs of the step: what is known is set, in every mode and after a failure. */
import { describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import type { Outcome, Plan } from '../../src/model/change.ts';
import { Failure, type FailureReason } from '../../src/model/failure.ts';
import { newRecord, type RunRecord } from '../../src/model/record.ts';
import { outputs } from '../../src/report/outputs.ts';
import { association, config, controlPlane, issuerless, type WorldParts } from '../support/factories.ts';
import { host, ISSUER_HOST, OTHER_ROLE_ARN, PROVIDER_ARN, ROLE_ARN } from '../support/names.ts';
import { IRSA, PODS, settledIrsa, settledPods } from '../support/settled.ts';
import { running } from '../support/workloads.ts';
import { desiredOf, placeOf, worldOf } from '../support/world-of.ts';
import { all, listIn, looked, parsed } from './outputs-of.ts';
import { someCheck } from './records.ts';

const FAILED = someCheck({ namespace: host('b'), status: 'fail' });
const failing = (reason: FailureReason): Failure => new Failure(reason, { tried: 'x', said: 'y', next: 'z' });

describe('what is known is set', () => {
  test('of a run that has not begun', () => {
    expect(all({ ...newRecord(), failure: failing('invalid-input') })).toEqual({
      verdict: 'error',
      changed: 'false',
      'failure-reason': 'invalid-input',
      'helm-version': '',
      'kubectl-version': '',
      'checked-at': '',
      'result-file': '',
      'sarif-file': '',
    });
  });

  test.each<[string, Partial<RunRecord>, object]>([
    ['has read its inputs alone', {}, { 'role-name': 'space-prod-shared-secrets' }],
    [
      'knows its account too',
      { caller: placeOf(IRSA).caller },
      { 'role-name': 'space-prod-shared-secrets', 'account-id': '111122223333' },
    ],
    [
      'is given a role',
      { config: config({ intent: { ...IRSA, role: { kind: 'referenced', arn: OTHER_ROLE_ARN } } }) },
      { 'role-name': OTHER_ROLE_ARN.replace(/^.*\//, ''), 'role-arn': OTHER_ROLE_ARN },
    ],
  ])('of a run that %s', (_what, more, known) => {
    const set = all({ ...newRecord(), config: config({ intent: IRSA }), ...more });
    const { 'role-name': name, 'role-arn': arn, 'account-id': account } = set;
    expect(JSON.parse(JSON.stringify({ 'role-name': name, 'role-arn': arn, 'account-id': account }))).toEqual(
      known,
    );
  });

  test('of a run that could sign in and no more', () => {
    const [place, desired] = [placeOf(IRSA, issuerless()), desiredOf(IRSA, issuerless())];
    expect(all({ ...newRecord(), config: config({ intent: IRSA }), place, desired })).toMatchObject({
      verdict: 'unknown',
      'account-id': '111122223333',
      'role-arn': ROLE_ARN,
      'role-name': 'space-prod-shared-secrets',
      'oidc-provider-arn': '',
      'helm-values': expect.stringContaining(`eks.amazonaws.com/role-arn: ${ROLE_ARN}`),
    });
  });

  test('of a plan', () => {
    const parts = running({ a: 'nothing' }, { associations: [association('b'), association('a')] });
    const set = all(looked(parts, { helmVersion: 'v4.1.4', kubectlVersion: 'v1.35.4', verdict: 'changes' }));
    expect(set).toMatchObject({
      verdict: 'changes',
      changed: 'false',
      'failure-reason': '',
      'helm-version': 'v4.1.4',
      'kubectl-version': 'v1.35.4',
      'checked-at': '2026-11-24T10:00:00.000Z',
      'oidc-provider-arn': PROVIDER_ARN,
      'summary-line': 'space-prod: 4 to create, 0 to update, 2 to delete, 1 to restart',
      'change-count': '8',
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
    expect(parsed(all(looked(settledIrsa(['a'], { controlPlanes })))['control-planes'])).toEqual([
      { controlPlane: 'team-a/ctp-b', id: 'b', namespace: host('b'), ready: false },
      { controlPlane: 'team-a/ctp-late', id: '', namespace: '', ready: false },
    ]);
  });

  test('of what there is after the run, where that was seen', () => {
    const after = worldOf(PODS, settledPods(['a'], { associations: [] }));
    const set = all(looked(settledPods(['a']), { after, restarted: new Set([host('a')]) }, 'apply'));
    expect([parsed(set['associations']), parsed(set['restarted'])]).toEqual([{}, [host('a')]]);
  });

  test('of a verification', () => {
    const set = all(looked(settledIrsa(), { checks: [someCheck(), FAILED] }, 'check'));
    expect(set).toMatchObject({ verified: 'false', drift: 'false', 'verification-file': '/tmp/v.json' });
    expect(parsed(set['verification'])).toEqual({
      verified: false,
      checks: [someCheck(), FAILED],
      result: expect.objectContaining({ verdict: 'unknown', label: 'space-prod' }),
    });
    expect(outputs(looked(settledIrsa(), { checks: [] }), {})).toMatchObject({
      'plan-file': '',
      'verification-file': '',
    });
  });

  test.each<[string, WorldParts, string]>([
    ['a difference', running({ a: 'nothing' }), 'true'],
    [
      'what can not be put right',
      settledIrsa(['a'], { associations: [association('a', { ownerArn: 'x', roleArn: OTHER_ROLE_ARN })] }),
      'true',
    ],
    ['nothing', settledIrsa(), 'false'],
  ])('of drift, in a check: %s', (_what, parts, drift) => {
    expect(all(looked(parts, {}, 'check'))['drift']).toBe(drift);
  });
});

describe('the verdict', () => {
  const plan: Plan = { changes: [], blockers: [], doubts: [], warnings: [], digest: '' };
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

test.each<[string, readonly Outcome[], boolean]>([
  ['nothing was done', [], false],
  ['a change was made', [{ status: 'done', wrote: true }], true],
  ['something was only waited for', [{ status: 'done', wrote: false }], false],
  ['nothing was attempted', [{ status: 'not-attempted', wrote: false }], false],
  ['a call was refused', [{ status: 'failed', wrote: false, failure: failing('access-denied') }], false],
  ['one failed half way', [{ status: 'failed', wrote: true, failure: failing('timed-out') }], true],
  [
    'one of several was made',
    [
      { status: 'not-attempted', wrote: false },
      { status: 'done', wrote: true },
    ],
    true,
  ],
])('whether anything was written: %s', (_what, list, changed) => {
  const outcomes = new Map(list.map((outcome, n) => [`change/${n}`, outcome]));
  expect(all({ ...newRecord(), outcomes })['changed']).toBe(String(changed));
});

test('the plan shows what its schema says, and not how it is written', () => {
  const set = all(looked(running({ a: 'nothing' })));
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
    'address',
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
