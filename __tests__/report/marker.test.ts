/** The hidden line by which comment and issue are found again. */
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { type Marker, markerLine, markerOf, readMarker } from '../../src/report/marker.ts';
import { newRecord } from '../../src/model/record.ts';
import { fingerprints } from '../../src/plan/fingerprints.ts';
import { many, planned } from './records.ts';

const hostile = fc.oneof(
  fc.string(),
  fc.string({ unit: 'binary' }),
  fc
    .constantFrom('--', '-->', '<!--', '"', '\\', '\n', '} -->', '{"version":1}', '`', '\u2028')
    .chain((part) =>
      fc.tuple(fc.string(), fc.string()).map(([before, after]) => `${before}${part}${part}${after}`),
    ),
);
const someMarker = fc.record<Marker>(
  {
    version: fc.constant(1 as const),
    label: hostile,
    cluster: hostile,
    digest: hostile,
    headSha: hostile,
    // Ids of changes begin with a word of the contract.
    changes: fc.dictionary(
      hostile.map((name) => `role/foreign-policy/${name}`),
      hostile,
    ),
  },
  { requiredKeys: ['version', 'label', 'cluster'] },
);

test('what is written is read again, whatever names hold; it is one comment on one line', () => {
  fc.assert(
    fc.property(someMarker, hostile, (marker, rest) => {
      const line = markerLine(marker);
      expect(readMarker(`${line}\n${rest}`)).toEqual(JSON.parse(JSON.stringify(marker)));
      expect(line).not.toContain('\n');
      expect(line.indexOf('-->')).toBe(line.length - 3);
      expect(line.slice(4, -3)).not.toContain('--');
    }),
    { numRuns: 500 },
  );
});

test.each([
  ['no marker', 'Hello'],
  ['a marker further down', `Quoted:\n${markerLine({ version: 1, label: 'a', cluster: 'c' })}`],
  ['one that is quoted', `> ${markerLine({ version: 1, label: 'a', cluster: 'c' })}`],
  ['another tool’s marker', '<!-- other-action {"version":1,"label":"a","cluster":"c"} -->'],
  ['no JSON', '<!-- spaces-workload-identity {version} -->'],
  ['JSON without a label', '<!-- spaces-workload-identity {"version":1,"cluster":"c"} -->'],
  ['a version of the future', '<!-- spaces-workload-identity {"version":2,"label":"a","cluster":"c"} -->'],
  ['JSON that is a list', '<!-- spaces-workload-identity {} [] -->'],
])('%s is no marker', (_name, body) => {
  expect(readMarker(body)).toBeUndefined();
});

test('it says what the plan was made of: digest, commit and the fingerprint of every change', () => {
  const record = planned();
  expect(markerOf(record, 'c0ffee')).toEqual({
    version: 1,
    label: 'space-prod',
    cluster: record.place?.cluster.arn,
    digest: record.plan?.digest,
    headSha: 'c0ffee',
    changes: record.plan && fingerprints(record.plan),
  });
});

test('without a plan it has the names alone; of very many changes it leaves the fingerprints out', () => {
  expect(markerOf(newRecord(), 'c0ffee')).toEqual({ version: 1, label: '', cluster: '', headSha: 'c0ffee' });
  const { place: _place, plan: _plan, ...early } = planned();
  expect(markerOf(early, '')).toMatchObject({ label: 'space-prod', cluster: 'space-prod' });
  const large = markerOf(planned(many(401)), '');
  expect(large).not.toHaveProperty('changes');
  expect(large).toHaveProperty('digest');
});
