/** The verification as a table, and what did not pass in words. */
import { expect, test } from '@jest/globals';
import type { Check, CheckName, CheckStatus } from '../../src/model/check.ts';
import { newRecord } from '../../src/model/record.ts';
import { verification } from '../../src/report/verification.ts';
import { host } from '../support/names.ts';
import { running } from '../support/workloads.ts';
import { planned, someCheck } from './records.ts';

const NAMES: readonly CheckName[] = ['rollout', 'trust-policy'];

function checks(id: string, statuses: readonly CheckStatus[], detail = 'seen'): readonly Check[] {
  return NAMES.map((check, n) => ({
    controlPlane: `team/${id}`,
    namespace: `mxp-${id}-system`,
    check,
    status: statuses[n] ?? 'pass',
    detail: `${detail} by ${check}`,
  }));
}

const report = (all: readonly Check[]) => verification({ ...newRecord(), checks: all }, 100).join('\n\n');

test('a row for each control plane, a column for each check, in the order of names', () => {
  const [title, table] = verification(
    { ...newRecord(), checks: [...checks('10', []), ...checks('9', [])] },
    100,
  );
  expect(title).toBe('### Verification: ✅ verified');
  expect(table?.split('\n')).toEqual([
    '| Control plane | <code>rollout</code> | <code>trust-policy</code> |',
    '| --- | --- | --- |',
    '| <code>team/9</code> | ✅ | ✅ |',
    '| <code>team/10</code> | ✅ | ✅ |',
  ]);
});

test('what is judged without a control plane is the Space’s', () => {
  expect(report(checks('a', []).map((check) => ({ ...check, controlPlane: '', namespace: '' })))).toContain(
    '| <code>the Space</code> | ✅ | ✅ |',
  );
});

test('what did not pass is spelled out, the worst first, and once for all that are alike', () => {
  const text = report([
    ...checks('a', ['pass', 'warn'], 'wide'),
    ...checks('b', ['fail', 'pass'], 'old'),
    ...['c', 'd', 'e', 'f'].flatMap((id) => checks(id, ['pass', 'unknown'], 'unclear')),
  ]);
  expect(text).toContain('❌ not verified');
  expect(text.split('\n').filter((line) => line.startsWith('- '))).toEqual([
    '- ❌ <code>rollout</code> <code>team/b</code>: old by rollout',
    '- ❓ <code>trust-policy</code> <code>team/c</code>, <code>team/d</code> and 2 more: unclear by trust-policy',
    '- ⚠️ <code>trust-policy</code> <code>team/a</code>: wide by trust-policy',
  ]);
  expect(text).not.toContain('seen');
});

test('of hundreds of control planes those that differ have a row, and those that passed share one', () => {
  const many = Array.from({ length: 500 }, (_, n) => checks(`n${n}`, n === 7 ? ['fail'] : [])).flat();
  const rows = report(many)
    .split('\n')
    .filter((line) => line.startsWith('| '));
  expect(rows.slice(2)).toEqual(['| <code>team/n7</code> | ❌ | ✅ |', '| 499 control planes | ✅ | ✅ |']);
});

const fold = (names: string): string =>
  `<details><summary>12 control planes</summary>${names}</details> | ❌ | ✅ |`;

test('those that did not pass alike share a row with their names, in the order of names, as many as there is room for', () => {
  const many = Array.from({ length: 12 }, (_, n) => checks(`n${n + 1}`, ['fail'])).flat();
  const record = { ...newRecord(), checks: many };
  expect(verification(record, 100).join()).toContain(
    fold('<code>team/</code> n1, n2, n3, n4, n5, n6, n7, n8, n9, n10, n11, n12'),
  );
  expect(verification(record, 2).join()).toContain(fold('<code>team/</code> n1, n2<br>and 10 more'));
});

test('what differs by the names of a control plane and its pods alone was seen alike', () => {
  const parts = running({ a: 'nothing', b: 'nothing', c: 'nothing', d: 'nothing' });
  const seen = ['a', 'b', 'c', 'd'].map((id) =>
    someCheck({
      controlPlane: `team-a/ctp-${id}`,
      namespace: host(id),
      status: 'fail',
      detail: `pod external-secrets-${id} of ctp-${id} in ${host(id)}: nothing was injected`,
    }),
  );
  const text = verification({ ...planned(parts), checks: seen }, 100).join('\n');
  expect(text).toContain('and 2 more: pod … of … in …: nothing was injected');
  const [one] = seen;
  const alone = verification({ ...planned(parts), checks: one === undefined ? [] : [one] }, 100).join('\n');
  expect(alone).toContain('pod external-secrets-a of ctp-a');
});

test('hundreds of different failures are cut, with a count', () => {
  const many = Array.from({ length: 100 }, (_, n) => checks(`n${n}`, ['fail'], `reason ${n}`)).flat();
  const lines = report(many)
    .split('\n')
    .filter((line) => line.startsWith('- '));
  expect(lines).toHaveLength(61);
  expect(lines.at(-1)).toBe('- and 40 more');
});

test('a namespace named outright stands for itself; details of others do no harm; nothing is made of no checks', () => {
  const [failed] = checks('a', ['fail'], '<img> @all |');
  const text = report(failed === undefined ? [] : [{ ...failed, controlPlane: '' }]);
  expect(text).toContain('<code>mxp-a-system</code>');
  expect(text).not.toContain('<img>');
  expect(text).not.toMatch(/@all/);
  expect(verification(newRecord(), 100)).toEqual([]);
  expect(verification({ ...newRecord(), checks: [] }, 100)).toEqual([]);
});
