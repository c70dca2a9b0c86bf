/** The verification as a table, and what did not pass in words. */
import { expect, test } from '@jest/globals';
import type { Check, CheckName, CheckStatus } from '../../src/model/check.ts';
import { newRecord } from '../../src/model/record.ts';
import { verification } from '../../src/report/verification.ts';

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

const report = (all: readonly Check[]) => verification({ ...newRecord(), checks: all }).join('\n\n');

test('a row for each control plane, a column for each check, in the order of names', () => {
  const [title, table] = verification({ ...newRecord(), checks: [...checks('10', []), ...checks('9', [])] });
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

test('of hundreds of control planes only those with something to say have a row, and the rest is counted', () => {
  const many = Array.from({ length: 500 }, (_, n) => checks(`n${n}`, n === 7 ? ['fail'] : [])).flat();
  const text = report(many);
  expect(text.split('\n').filter((line) => line.includes('team/'))).toHaveLength(2);
  expect(text).toContain('499 more control planes passed all checks.');
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
  expect(verification(newRecord())).toEqual([]);
  expect(verification({ ...newRecord(), checks: [] })).toEqual([]);
});
