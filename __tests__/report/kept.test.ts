/** Control planes that keep the role: few have a line each, many share one, in log, summary and comment; the plan file has all. */
import { describe, expect, test } from '@jest/globals';
import { comment } from '../../src/report/comment.ts';
import { foldKept } from '../../src/report/kept.ts';
import { changeLines } from '../../src/report/lines.ts';
import { planDocument } from '../../src/report/documents.ts';
import { summary } from '../../src/report/summary.ts';
import { keeping } from '../../src/resources/change-maker.ts';
import { someChange, withChanges } from './records.ts';

const NOT_SELECTED = 'it keeps the role: this run does not select it';

const keeps = (count: number, reason: (n: number) => string = () => NOT_SELECTED) =>
  Array.from({ length: count }, (_, n) =>
    keeping({
      id: `association/mxp-${n}-system`,
      host: { name: `team-a/ctp-${n}`, namespace: `mxp-${n}-system` },
      target: `mxp-${n}-system`,
      reason: reason(n),
      severity: 'hygiene',
    }),
  );

const link = { url: 'https://github.com/o/r/actions/runs/1', headSha: 'c'.repeat(40) };
const rowsOf = (text: string): readonly string[] =>
  text.split('\n').filter((line) => line.includes('🔒 keep'));

test('settings in a shared reason are code', () => {
  const reason = 'it keeps the role: no control plane uses the namespace, and `prune` is false';
  const [row = ''] = rowsOf(summary(withChanges(keeps(4, () => reason))));
  expect(row).toContain('and <code>prune</code> is false');
});

test('where those of one reason are few, all of them are named', () => {
  const changes = keeps(4, (n) => (n < 2 ? NOT_SELECTED : 'it keeps the role: a pod of it runs'));
  expect(changeLines(changes)).toEqual([
    `  = 2: association/mxp-0-system (team-a/ctp-0), association/mxp-1-system (team-a/ctp-1): ${NOT_SELECTED}`,
    '  = 2: association/mxp-2-system (team-a/ctp-2), association/mxp-3-system (team-a/ctp-3): it keeps the role: a pod of it runs',
  ]);
});

test('three have a line and a row each', () => {
  expect(changeLines(keeps(3))).toEqual(
    [0, 1, 2].map((n) => `  = association/mxp-${n}-system (team-a/ctp-${n}): ${NOT_SELECTED}`),
  );
  expect(rowsOf(summary(withChanges(keeps(3))))).toHaveLength(3);
});

describe.each([50, 1_000])('%i of them', (count) => {
  const changes = [...keeps(count), someChange()];

  test('share a line of the log, after what has one of its own', () => {
    const [own, shared, ...none] = changeLines(changes);
    expect(own).toContain('role/tags');
    expect(shared).toBe(
      `  = ${count}: association/mxp-0-system (team-a/ctp-0), association/mxp-1-system (team-a/ctp-1), association/mxp-2-system (team-a/ctp-2) and ${count - 3} more: ${NOT_SELECTED}`,
    );
    expect(none).toEqual([]);
  });

  test('share a row of summary and comment', () => {
    const record = withChanges(changes);
    for (const text of [summary(record), comment(record, link)]) {
      const [row, ...none] = rowsOf(text);
      expect(row).toMatch(
        new RegExp(
          `^\\| ${count} \\(gone or not selected\\) \\| <code>mxp-0-system</code>, .* and ${count - 3} more \\| 🔒 keep: ${NOT_SELECTED} \\|$`,
        ),
      );
      expect(none).toEqual([]);
    }
  });

  test('are in the plan file one by one', () => {
    const { config, place, plan, world } = withChanges(changes);
    if (config === undefined || place === undefined || plan === undefined || world === undefined)
      throw new Error('nothing planned');
    expect(planDocument(config, place, plan, world).items).toHaveLength(count + 1);
  });
});

test('each reason has its line, up to ten', () => {
  const two = foldKept(keeps(6, (n) => `reason ${n % 2}`));
  expect(two.lines.map(({ reason, count }) => [reason, count])).toEqual([
    ['reason 0', 3],
    ['reason 1', 3],
  ]);
  const { lines } = foldKept(keeps(1_000, (n) => `pod ${n} carries it`));
  expect(lines).toHaveLength(11);
  expect(lines.at(-1)).toMatchObject({ count: 990, reason: 'they keep the role for other reasons' });
});

test('what is kept for the whole Space is not among them', () => {
  const provider = keeping({ id: 'oidc-provider', target: 'x', reason: 'y', severity: 'availability' });
  expect(foldKept([...keeps(4), provider]).alone).toEqual([provider]);
});
