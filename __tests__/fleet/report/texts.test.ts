/** Summary and issue: the worst first, clusters that are alike in one row, nothing that breaks out of its cell, no text too long. */
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { fleetIssue, fleetSummary } from '../../../src/fleet/report/texts.ts';
import { readMarker } from '../../../src/report/marker.ts';
import { AT, expectedOne, fleetOf, type Left, resultText } from './jobs.ts';

const LINK = 'https://github.com/o/r/actions/runs/1';
const rowsOf = (text: string) =>
  text.split('\n').filter((line) => line.startsWith('| ') && !/^\| (---|Verdict)/.test(line));

const denied = (name: string): object =>
  resultText('unknown', name, {
    failure: {
      reason: 'sign-in-denied',
      said: `role/${name}-check can't be assumed`,
      next: `Let ${name} in.`,
    },
  });

/** So many clusters: every tenth is not let in, one is drifted, one has left nothing, the rest is in sync. */
function fleetOfMany(count: number) {
  const all = Array.from({ length: count }, (_, index) => `space-${index}`);
  const left = all.map((name, index): [string, object] => {
    if (index === 1) return ['1.json', resultText('drifted', name, { summaryLine: `${name}: 1 to update` })];
    return [
      `${index}/r.json`,
      index % 10 === 3 ? denied(name) : resultText('in-sync', name, { checkedAt: AT }),
    ];
  });
  return fleetOf(
    all.map((name) => expectedOne(name)),
    Object.fromEntries<object>(left.filter((_, index) => index !== 2)),
  );
}

test('three clusters have a row each', () => {
  const rows = rowsOf(fleetSummary(fleetOfMany(3)));
  expect(rows).toHaveLength(3);
  expect(rows[0]).toMatch(/^\| ❌&nbsp;drifted \| <code>space-1<\/code><br>111122223333 · eu-central-1 \|/);
  expect(rows[1]).toContain('its job left no file that could be used<br>See the log');
  expect(rows[2]).toContain('✅&nbsp;in-sync');
  expect(rows[2]).toContain('2026-11-28 05:17&nbsp;UTC');
});

test('of 200 clusters those that are alike share a row, and the worst is first', () => {
  const text = fleetSummary(fleetOfMany(200));
  const rows = rowsOf(text);
  expect(rows.map((row) => row.split(' | ')[0])).toEqual([
    '| ❌&nbsp;drifted',
    '| ❓&nbsp;unknown',
    '| ❓&nbsp;unknown',
    '| ✅&nbsp;in-sync',
  ]);
  expect(rows[2]).toContain('<summary>20 clusters</summary>');
  expect(rows[2]).toContain('role/…-check can&#39;t be assumed<br>Let … in.');
  expect(rows[2]).toContain('space-193');
  expect(rows[3]).toContain('<summary>178 clusters</summary>');
  expect(text).toContain(
    '**❌ 1 drifted · ❓ 21 unknown · ✅ 178 in-sync — control planes: 0 in sync, 0 drifted, 0 unknown**',
  );
});

test('labels, control planes, strangers, places and files are shown', () => {
  const left: Left = {
    'p.json': resultText('error', 'b', { failure: { reason: 'internal', said: 'w '.repeat(300), next: '' } }),
    ...Object.fromEntries(Array.from({ length: 60 }, (_, index) => [`bad/${index}.json`, '{'])),
  };
  const place = { name: '', region: '', account: '777788889999', reason: 'no such role' };
  const text = fleetSummary(fleetOf([expectedOne('a', '111122223333', 'team *a*')], left, [place]));
  expect(text).toContain('<code>a</code> (team &#42;a&#42;)');
  expect(text).toContain('⚠️ not among the expected clusters<br><code>internal</code>: w w');
  expect(text).toContain('all clusters<br>777788889999');
  expect(text).toContain('<details><summary>60 files not used as they are</summary>');
  expect(text).toContain('- and 10 more');
  expect(fleetSummary(fleetOf([expectedOne('a')], { 'x.json': '{' }))).toContain('### Files');
  expect(fleetSummary(fleetOf([]))).toContain('No cluster was expected');
  const places = Array.from({ length: 6 }, (_, index) => ({ ...place, account: `77778888000${index}` }));
  expect(fleetSummary(fleetOf([], {}, places))).toContain(
    '<details><summary>6 clusters</summary><code>777788880000/</code> &#42;<br>',
  );
  const planes = fleetOf([expectedOne('a')], {
    'v.json': {
      verified: false,
      checks: ['pass', 'fail', 'unknown'].map((status) => ({ namespace: status, check: 'rollout', status })),
      ...resultText('drifted', 'a'),
    },
  });
  expect(fleetSummary(planes)).toContain('| 1&nbsp;drifted<br>1&nbsp;unknown<br>1&nbsp;in sync |');
});

test('a search that failed is told, with its reason and what to do', () => {
  const text = fleetSummary(fleetOf([], {}, [], 'access-denied'));
  expect(text).toContain('## ❓ Workload identity of 0 clusters: fleet\n\n**❓ 1 unknown');
  expect(rowsOf(text)).toEqual([
    '| ❓&nbsp;unknown | all clusters |  | <code>access-denied</code>: the search for clusters failed<br>See the job that looks for clusters. |  |',
  ]);
});

test('the issue is found again by its marker, and links to the run', () => {
  const { title, body } = fleetIssue(fleetOfMany(3), LINK);
  expect(title).toBe('Workload identity: clusters of fleet need attention');
  expect(readMarker(body)).toEqual({ version: 1, label: 'fleet', cluster: '', of: 'fleet' });
  expect(body).toContain(`Gathered by [this run](${LINK})`);
});

test('texts stay below the limits of GitHub, and keep the worst', () => {
  const names = Array.from({ length: 1200 }, (_, index) => `space-${index}`);
  const left = names.map((name, index): [string, object] => [
    `${index}.json`,
    resultText(index === 1199 ? 'error' : 'drifted', name, {
      failure: { reason: 'drift', said: `${'x'.repeat(390)} ${index}`, next: 'y'.repeat(390) },
    }),
  ]);
  const fleet = fleetOf(
    names.map((name) => expectedOne(name)),
    Object.fromEntries<object>(left),
  );
  expect(Buffer.byteLength(fleetSummary(fleet))).toBeLessThan(1024 * 1024);
  const { body } = fleetIssue(fleet, LINK);
  expect(body.length).toBeLessThanOrEqual(65_536);
  expect(rowsOf(body)[0]).toContain('space-1199');
  expect(body).toContain('More is in the [job summary]');
});

test('no name or text leaves its cell or becomes markup', () => {
  const odd = fc.oneof(
    fc.string(),
    fc.constantFrom('a|b', '<img src=x>', '\n| x |', '`', '@org/team', '**b**', '[x](y)'),
  );
  fc.assert(
    fc.property(odd, odd, odd, (name, said, path) => {
      const fleet = fleetOf([expectedOne(`n${name}`, '111122223333', `l${name}`)], {
        'r.json': resultText('error', `n${name}`, { failure: { reason: 'internal', said, next: said } }),
        [`x${path}`]: '{',
      });
      const text = fleetSummary(fleet);
      const [row = '', ...others] = rowsOf(text);
      expect(others).toEqual([]);
      expect(row.split('|')).toHaveLength(7);
      expect(text).not.toContain('<img');
      expect(text.replaceAll(/<code>.*?<\/code>/g, '')).not.toMatch(/@(?!\u200B)/);
      expect(text.split('\n').filter((line) => line.startsWith('- '))).toHaveLength(1);
    }),
  );
});
