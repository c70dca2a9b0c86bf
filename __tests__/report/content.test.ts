/** What the reports say, in each state that a run may end in. */
import { describe, expect, test } from '@jest/globals';
import { Failure } from '../../src/model/failure.ts';
import { newRecord, type RunRecord } from '../../src/model/record.ts';
import { comment } from '../../src/report/comment.ts';
import { issueText } from '../../src/report/issue.ts';
import { summary } from '../../src/report/summary.ts';
import { unmanaged } from '../../src/resources/change-maker.ts';
import { association, intent, ownedRole } from '../support/factories.ts';
import { host } from '../support/names.ts';
import { removalFor } from '../support/plans.ts';
import { running } from '../support/workloads.ts';
import { denied, planned, someChange, withChanges } from './records.ts';

const link = { url: 'https://github.com/octo-org/spaces-infra/actions/runs/1', headSha: 'c0ffee0123456789' };
const status = (record: RunRecord): string => comment(record, link).trimEnd().split('\n').at(-1) ?? '';

describe('the comment ends with how it went', () => {
  test('failed', () => {
    expect(status({ ...planned(), failure: denied })).toBe(`❌ failed · [Run](${link.url}) at c0ffee012345`);
  });
  test('a plan to review', () => {
    expect(status(planned())).toContain('📋 plan ready for review');
  });
  test.each([
    ['without a plan', newRecord()],
    ['with an empty one', withChanges([])],
    [
      'with one that only shows things of others',
      withChanges([unmanaged({ id: 'role', target: 'x', reason: 'y', severity: 'hygiene' })]),
    ],
  ])('nothing to do: %s', (_name, record) => {
    expect(status(record)).toContain('✅ nothing to do');
  });
});

test('a run that never got its inputs right says what, and nothing of a plan', () => {
  const failure = new Failure('invalid-input', {
    tried: 'read the inputs',
    said: 'mode: "x" is not allowed\n  identity: is missing\n',
    next: 'See the table of inputs.',
  });
  expect(summary({ ...newRecord(), failure })).toBe(
    [
      '## ❌ Spaces workload identity: not started',
      '### Failed: <code>invalid-input</code>',
      '- **Tried:** read the inputs\n- **Seen:** mode: &#34;x&#34; is not allowed<br>identity: is missing\n- **Next:** See the table of inputs.',
      '',
    ]
      .join('\n\n')
      .replace(/\n\n$/, '\n'),
  );
});

test('a run that failed before its verdict shows mode and identity alone', () => {
  const { verdict: _verdict, ...record } = planned();
  expect(summary(record)).toContain('\n`mode: plan` · `identity: irsa`\n');
});

describe('changes', () => {
  const own = someChange({ effect: 'restarts 2 pods' });
  const theirs = unmanaged({
    id: 'role/foreign-policy/x',
    target: 'x',
    reason: 'put on the role',
    severity: 'security',
    drift: true,
  });

  test('ours first, then what others did; no column of outcomes before there are any', () => {
    const text = summary(withChanges([theirs, own], ['look out']));
    expect(text).toContain('| Action | What | Why | Kind |\n');
    expect(text.indexOf('🟠 update')).toBeLessThan(text.indexOf('👀 foreign'));
    expect(text).toContain('tags are missing or differ<br>↳ restarts 2 pods');
    expect(text).toContain('- ⚠️ look out');
  });

  test.each([
    [{ status: 'done', wrote: true } as const, '✅ done'],
    [{ status: 'failed', wrote: false, failure: denied } as const, '❌ not authorized'],
    [{ status: 'not-attempted', wrote: false } as const, '⏭️ not attempted'],
    [{ status: 'not-attempted', wrote: false, failure: denied } as const, '⏭️ not attempted: not authorized'],
    [{ status: 'failed', wrote: false } as const, '❌ failed'],
  ])('an outcome %j', (outcome, shown) => {
    const record = { ...withChanges([own, theirs]), outcomes: new Map([[own.address, outcome]]) };
    expect(summary(record)).toContain(`| hygiene | ${shown} |`);
    expect(summary(record)).toContain('| security |  |');
  });

  test('before and after as a diff: open when it is short, folded when it is long', () => {
    const long = Object.fromEntries(Array.from({ length: 20 }, (_, index) => [`k${index}`, index]));
    const text = summary(
      withChanges([
        someChange({ id: 'role/tags', before: { a: '1' }, after: { a: '2' } }),
        someChange({ id: 'role/permissions-boundary', before: null, after: long }),
      ]),
    );
    expect(text).toContain('<details open><summary><code>role/tags</code>');
    expect(text).toContain('-   "a": "1"\n+   "a": "2"');
    expect(text).toContain('<details><summary><code>role/permissions-boundary</code>');
  });
});

test('destroy: what goes and what is left', () => {
  const associations = [association('a'), association('b', { tags: {} })];
  const parts = running({ a: 'irsa' }, { associations });
  const text = summary({
    ...planned(parts, { mode: 'destroy' }),
    plan: removalFor(intent(), parts),
  });
  expect(text).toContain('🔴 delete association: this action made it for this cluster');
  expect(text).toContain('👀 foreign association: it does not carry this action&#39;s mark');
});

test('the issue says what it is, when it was looked, and that it closes itself', () => {
  const { title, body } = issueText(planned(), link);
  expect(title).toBe('Workload identity of space-prod has drifted');
  expect(body).toContain('Checked at 2026-11-24T10:00:00.000Z by [this run](https://github.com/');
  expect(body).toContain('closed when everything is in sync');
  const early = issueText(newRecord(), link);
  expect(early.body).not.toContain('Checked at');
  expect(early.title).toBe('Workload identity of  has drifted');
});

test('that a run was asked to slow down stands among the warnings', () => {
  const slowed = new Map([
    ['EKS', 12],
    ['IAM', 1],
  ]);
  expect(summary({ ...planned(), slowed })).toContain(
    '- ⚠️ this run was asked to slow down, and took longer for it: EKS 12 times, IAM 1 time. Let fewer jobs',
  );
  expect(summary(planned())).not.toContain('slow down');
});

describe('session policies', () => {
  const bySession = intent({
    identity: 'pod-identity',
    role: ownedRole({ secretPrefixes: ['teams/{name}/'], isolateBy: 'session-policy' }),
  });
  const shown = (count: number): string => {
    const ids = Array.from({ length: count }, (_, n) => `n${n}`);
    return summary(
      planned(running(Object.fromEntries(ids.map((id) => [id, 'nothing'] as const))), {}, bySession),
    );
  };

  test('are shown as diffs, each with whose it is', () => {
    const text = shown(2);
    for (const id of ['n0', 'n1']) {
      expect(text).toContain(`<code>association/${host(id)}</code> team-a/ctp-${id}`);
      expect(text).toContain(`secret:teams/ctp-${id}/*`);
    }
    expect(text).not.toContain('in the plan file');
  });

  test('of many, ten are', () => {
    expect(shown(13)).toContain('3 more session policies in the plan file.');
    expect(shown(11)).toContain('1 more session policy in the plan file.');
  });

  test('there are none without them', () => {
    expect(
      summary(planned(running({ a: 'nothing' }), {}, intent({ identity: 'pod-identity' }))),
    ).not.toContain('<code>association/');
  });
});
