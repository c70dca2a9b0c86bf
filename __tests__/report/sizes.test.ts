/** Whatever the size of the Space: a comment fits into GitHub's limit, a summary too, and both stay readable. */
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { z } from 'zod';
import { type RunLink, comment } from '../../src/report/comment.ts';
import { issueText } from '../../src/report/issue.ts';
import { readMarker } from '../../src/report/marker.ts';
import { outputs } from '../../src/report/outputs.ts';
import { summary } from '../../src/report/summary.ts';
import type { RunRecord } from '../../src/model/record.ts';
import { association, intent, ownedRole } from '../support/factories.ts';
import { running } from '../support/workloads.ts';
import { many, planned, someChange, withChanges } from './records.ts';

const link: RunLink = {
  url: `https://github.com/${'o'.repeat(39)}/${'r'.repeat(100)}/actions/runs/1`,
  headSha: 'c'.repeat(40),
};
const bytes = (text: string): number => Buffer.byteLength(text);

describe.each([0, 1, 3, 50, 399, 500, 1_000, 3_000])('with %i control planes', (count) => {
  const record = planned(many(count));
  record.checks = many(count).controlPlanes.map(({ group, name, namespace = '' }) => ({
    controlPlane: `${group}/${name}`,
    namespace,
    check: 'pod-identity-injected',
    status: 'fail',
    detail: 'x'.repeat(300),
  }));

  test('comment and issue are below 60,000 bytes, counts first, marker read', () => {
    for (const text of [comment(record, link), issueText(record, link).body]) {
      expect(bytes(text)).toBeLessThanOrEqual(60_000);
      const [first = '', title, , counts] = text.split('\n');
      expect(readMarker(first)?.label).toBe('space-prod');
      expect(title).toBe('## Spaces workload identity: space-prod');
      expect(counts).toMatch(/^\*\*space-prod: \d+ to create, .* \d+ to restart\*\*$/);
    }
    expect(comment(record, link)).toContain(`[Run](${link.url})`);
  });

  test('the summary is below 900 KiB', () => {
    expect(bytes(summary(record))).toBeLessThanOrEqual(900 * 1024);
  });

  test('every JSON output stays below 100 KB and is JSON', () => {
    const all = outputs(
      { ...record, restarted: new Set(many(count).namespaces.map(({ name }) => name)) },
      {},
    );
    for (const name of ['plan', 'verification', 'control-planes', 'associations', 'restarted']) {
      expect(bytes(all[name] ?? '')).toBeLessThan(100_000);
      expect(z.json().safeParse(JSON.parse(all[name] ?? '')).success).toBe(true);
    }
  });
});

/** Something else happens to each control plane, so that none shares a row with another. */
function differing(count: number): RunRecord {
  const { plan, ...record } = planned(many(count));
  const changes = (plan?.changes ?? []).map((change, n) => ({ ...change, reason: `${change.reason}, ${n}` }));
  return { ...record, ...(plan !== undefined && { plan: { ...plan, changes } }) };
}

test('steps: everything, then folded, then tables alone, then counts and the link', () => {
  const [small, large] = [differing(3), differing(3_000)];
  expect(comment(small, link)).toContain('```mermaid');
  expect(comment(small, link)).not.toContain('job summary');
  expect(comment(large, link)).not.toContain('```mermaid');
  expect(comment(large, link)).toContain(`The whole report is in the [job summary](${link.url}).`);
  // The step in between is a narrow one.
  const between = Array.from({ length: 30 }, (_, n) => comment(differing(65 + n), link));
  expect(between.some((text) => /<details><summary>Control planes: \d+<\/summary>/.test(text))).toBe(true);
});

test('where it is cut, the table ends with a whole row and the ending stands outside of it', () => {
  const text = comment(differing(3_000), link);
  const rows = text.split('\n').filter((line) => line.startsWith('|'));
  expect(rows.length).toBeGreaterThan(20);
  const columns = rows.map((row) => row.replaceAll('&#124;', '').split('|').length);
  expect(new Set(columns).size).toBeLessThanOrEqual(2);
  expect(text).toMatch(/\|\n\nThe whole report is in/);
});

describe.each(['irsa', 'pod-identity'] as const)('1,000 control planes alike, %s', (identity) => {
  const ids = Array.from({ length: 1_000 }, (_, n) => `${String(n).padStart(8, '0')}-${'0'.repeat(27)}`);
  const parts = running(Object.fromEntries(ids.map((id) => [id, 'nothing'] as const)));
  const named = parts.controlPlanes.map((one, n) => ({
    ...one,
    group: `team-${n % 12}`,
    name: `production-${n}`,
  }));
  const record = planned(
    { ...parts, controlPlanes: named },
    {},
    intent({ identity, role: ownedRole({ trustScope: 'pattern' }) }),
  );

  test('the summary is below 60 KB and has each of them', () => {
    const text = summary(record);
    expect(bytes(text)).toBeLessThan(60_000);
    expect(text).toContain('<summary>1000 control planes</summary>');
    expect(new Set(text.match(/production-\d+/g)).size).toBe(1_000);
  });
  test('so has the comment', () => {
    expect(new Set(comment(record, link).match(/production-\d+/g)).size).toBe(1_000);
  });
  test('of far more than fit the first ones are named, and the others counted', () => {
    const text = comment(planned(many(3_000)), link);
    expect(text).toContain('<summary>3000 control planes</summary>');
    expect(text).toMatch(/and 2970 more<\/details>/);
  });
});

test('very many warnings: the counts alone, cut on a line end', () => {
  const warnings = Array.from({ length: 5_000 }, (_, index) => `warning ${index} ${'w'.repeat(60)}`);
  const text = comment(withChanges([someChange()], warnings), link);
  expect(bytes(text)).toBeLessThanOrEqual(60_000);
  expect(text).toContain('The whole report is in');
});

test('associations are cut entry by entry and marked', () => {
  const parts = many(0);
  const entries = Array.from({ length: 3_000 }, (_, index) =>
    association(String(index), { namespace: `mxp-${index}-${'x'.repeat(30)}-system` }),
  );
  const record = planned({ ...parts, associations: entries });
  const { associations = '' } = outputs(record, {});
  const parsed: unknown = JSON.parse(associations);
  expect(parsed).toMatchObject({ truncated: true });
  expect(bytes(associations)).toBeGreaterThan(99_000);
});

test('any text in any place leaves a comment within its budget and never inside a fold or fence', () => {
  const text = fc.string({ unit: 'grapheme', maxLength: 3_000 });
  fc.assert(
    fc.property(
      fc.array(fc.record({ reason: text, target: text, before: text, after: text }), { maxLength: 40 }),
      (all) => {
        const record = withChanges(
          all.map((texts, index) => someChange({ ...texts, id: `role/foreign-policy/${index}` })),
        );
        const result = comment(record, link);
        expect(bytes(result)).toBeLessThanOrEqual(60_000);
        expect(result.match(/<details/g)?.length).toBe(result.match(/<\/details>/g)?.length);
        expect(result.trimEnd().split('\n').at(-1)).toContain('[Run]');
      },
    ),
    { numRuns: 60 },
  );
});
