/** The report as data: fleet.json, the badge, and OpenMetrics text. */
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { attentionFailure } from '../../../src/fleet/report/attention.ts';
import { badgeDocument, fleetDocument } from '../../../src/fleet/report/documents.ts';
import { metricsDocument } from '../../../src/fleet/report/metrics.ts';
import { WORST_FIRST } from '../../../src/fleet/report/model.ts';
import { AT, expectedOne, fleetOf, planText, resultText, verificationText } from './jobs.ts';
import { parseOpenMetrics } from './openmetrics.ts';

const mixed = fleetOf([expectedOne('a'), expectedOne('b'), expectedOne('c')], {
  'a/plan.json': planText('a'),
  'a/verification.json': verificationText('pass'),
  'b/result.json': resultText('drifted', 'b', { checkedAt: AT, summaryLine: 'b: 1 to update' }),
  'odd.json': '{',
});
const parsed = (text: string): unknown => JSON.parse(text);

test('fleet.json has a row for each cluster, counts, and what was not used', () => {
  expect(parsed(fleetDocument(mixed, Date.parse(AT)))).toMatchObject({
    version: 1,
    label: 'fleet',
    verdict: 'drifted',
    gatheredAt: AT,
    counts: { drifted: 1, unknown: 1, 'in-sync': 1 },
    controlPlanes: { inSync: 1, drifted: 0, unknown: 0 },
    clusters: [
      {
        cluster: 'b',
        verdict: 'drifted',
        why: '1 to update',
        checkedAt: AT,
        expected: true,
        failureReason: '',
      },
      { cluster: 'c', verdict: 'unknown' },
      { cluster: 'a', verdict: 'in-sync', controlPlanes: { inSync: 1, drifted: 0, unknown: 0 } },
    ],
    problems: [{ path: 'odd.json', message: 'is not JSON: it may be cut' }],
  });
});

test.each([
  [mixed, '1 drifted, 1 unknown, 1 in sync', 'critical'],
  [fleetOf([expectedOne('a')], { 'r.json': resultText('in-sync', 'a') }), 'in sync, 1 cluster', 'success'],
  [fleetOf([expectedOne('a')], { 'r.json': resultText('error', 'a') }), 'error, 1 cluster', 'critical'],
  [fleetOf([]), 'no clusters', 'lightgrey'],
])('a badge', (fleet, message, color) => {
  expect(parsed(badgeDocument(fleet))).toEqual({
    schemaVersion: 1,
    label: 'workload identity',
    message,
    color,
    ...(fleet.verdict === 'error' && { isError: true }),
  });
});

test('OpenMetrics: clusters by verdict, control planes by state, and when each was looked at', () => {
  const samples = parseOpenMetrics(metricsDocument(mixed));
  const valueOf = (name: string, labels: object): unknown =>
    samples.find(
      (sample) =>
        sample.name === `spaces_workload_identity_${name}` &&
        JSON.stringify(sample.labels) === JSON.stringify(labels),
    )?.value;
  const b = { fleet: 'fleet', cluster: 'b', region: 'eu-central-1', account: '111122223333', label: 'b' };
  expect(valueOf('fleet_clusters', { fleet: 'fleet', verdict: 'drifted' })).toBe(1);
  expect(valueOf('fleet_clusters', { fleet: 'fleet', verdict: 'error' })).toBe(0);
  expect(valueOf('fleet_control_planes', { fleet: 'fleet', state: 'in_sync' })).toBe(1);
  expect(valueOf('cluster_verdict', { ...b, verdict: 'drifted' })).toBe(1);
  expect(valueOf('cluster_verdict', { ...b, verdict: 'in-sync' })).toBe(0);
  expect(valueOf('cluster_checked_timestamp_seconds', b)).toBe(Date.parse(AT) / 1000);
  expect(samples.filter(({ name }) => name.endsWith('_seconds'))).toHaveLength(1);
});

test('whatever names are, the metrics can be read, and give the names back', () => {
  const name = fc.oneof(
    fc.string({ minLength: 1 }),
    fc.constantFrom('a"b', 'a\\', 'a\nb', '\\n', '} 1', '# EOF'),
  );
  fc.assert(
    fc.property(fc.uniqueArray(name, { minLength: 1, maxLength: 5 }), (names) => {
      const samples = parseOpenMetrics(metricsDocument(fleetOf(names.map((one) => expectedOne(one)))));
      const ofClusters = samples.filter(({ name: metric }) => metric.endsWith('_cluster_verdict'));
      expect(new Set(ofClusters.map(({ labels }) => labels['cluster']))).toEqual(new Set(names));
      const total = samples
        .filter(({ name: metric }) => metric.endsWith('_fleet_clusters'))
        .reduce((sum, { value }) => sum + value, 0);
      expect(total).toBe(names.length);
    }),
  );
});

test('of rows with the same labels the worst is told, once', () => {
  const expected = [expectedOne('a'), expectedOne('a', '', 'other')];
  const nowhere = { name: '', region: '', account: '', reason: 'no' };
  // Nothing tells which of the two it is about.
  const stranger = resultText('error', 'a', { label: 'else' });
  const fleet = fleetOf(expected, { 'r.json': stranger }, [nowhere, nowhere]);
  expect(fleet.rows.map(({ label, verdict }) => `${label} ${verdict}`)).toEqual([
    'a error',
    ' unknown',
    ' unknown',
    'other unknown',
    'a unknown',
  ]);
  const samples = parseOpenMetrics(metricsDocument(fleet));
  const told = samples.filter(({ name, value }) => name.endsWith('_cluster_verdict') && value === 1);
  expect(told.map(({ labels }) => `${labels['label']} ${labels['verdict']}`)).toEqual([
    'a error',
    ' unknown',
    'other unknown',
  ]);
});

test('the reader of metrics refuses what is none', () => {
  const good = metricsDocument(mixed);
  for (const bad of [
    good.replace('# EOF\n', ''),
    good.replace('} 1', '}1'),
    `x 1\n${good}`,
    good.replace('"b"', '"b'),
  ])
    expect(() => parseOpenMetrics(bad)).toThrow();
});

const failureOf = (verdict: string) =>
  attentionFailure(fleetOf([expectedOne('a')], { 'r.json': resultText(verdict, 'a') }));

test('the step fails where somebody has to look, and names the first clusters', () => {
  const failing = WORST_FIRST.filter((verdict) => failureOf(verdict) !== undefined);
  expect(failing).toEqual(['error', 'drifted', 'unknown']);
  expect(failureOf('drifted')?.reason).toBe('drift');
  const many = attentionFailure(fleetOf(Array.from({ length: 12 }, (_, index) => expectedOne(`s${index}`))));
  expect(many?.reason).toBe('not-verified');
  expect(many?.details.said).toMatch(/^12 unknown: 111122223333\/eu-central-1\/s0 unknown, .* and 2 more$/);
  expect(attentionFailure(fleetOf([]))?.details.said).toBe('no clusters');
  const unsearched = attentionFailure(fleetOf([], {}, [], 'access-denied'));
  expect(unsearched?.reason).toBe('not-verified');
  expect(unsearched?.details.said).toBe('1 unknown: all clusters unknown');
});
