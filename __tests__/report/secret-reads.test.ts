/** The table of who reads what by which role. */
import { expect, test } from '@jest/globals';
import type { SecretRead } from '../../src/model/shared-secret.ts';
import { newRecord, type RunRecord } from '../../src/model/record.ts';
import { comment } from '../../src/report/comment.ts';
import { summary } from '../../src/report/summary.ts';
import { secretReads } from '../../src/report/secret-reads.ts';
import { host } from '../support/names.ts';
import { controlPlane, intent, type WorldParts } from '../support/factories.ts';
import { running } from '../support/workloads.ts';
import { store } from '../verify/support.ts';
import { planned } from './records.ts';

const LINK = { url: 'https://github.com/o/r/actions/runs/1', headSha: 'c'.repeat(40) };

function recordOf(keys: readonly string[], overrides: Partial<WorldParts> = {}): RunRecord {
  const reads = keys.map((key): SecretRead => ({ kind: 'value', store: 'store', key }));
  const secret = {
    group: 'team-a',
    name: 'app',
    selector: { names: ['ctp-a'] },
    provisioned: [],
    failed: [],
    stale: false,
    reads,
  };
  return planned(
    running({ a: 'irsa' }, { stores: [store()], secrets: { kind: 'read', all: [secret] }, ...overrides }),
  );
}
const rowsIn = (text: string): readonly string[] =>
  text.split('\n').filter((row) => row.includes('<code>team-a/app</code>'));
const cellsOf = (record: RunRecord) =>
  rowsIn(secretReads(record, 200).join('\n')).map((row) =>
    row
      .slice(2, -2)
      .replaceAll(/<\/?code>/g, '')
      .split(' | '),
  );

test('a row for each key: by which role, from where, and whether it may', () => {
  const mine = ['111122223333', 'eu-central-1'];
  const [allowed, refused] = cellsOf(recordOf(['prod/db', 'test/db']));
  expect(allowed?.slice(0, 4)).toEqual(['team-a/ctp-a', 'team-a/store', 'team-a/app', 'prod/db']);
  expect(allowed?.slice(5)).toEqual([...mine, 'yes']);
  expect(refused?.slice(5)).toEqual([...mine, '❌ no: no prefix covers it: secret-prefixes: test/ would']);
  const role = 'arn:aws:iam::444455556666:role/theirs';
  expect(cellsOf(recordOf(['x'], { stores: [store({ role, region: 'us-east-1' })] }))[0]?.slice(4)).toEqual([
    role,
    '444455556666',
    'us-east-1',
    `not known: read by role ${role}: not judged`,
  ]);
  expect(cellsOf(recordOf(['x'], { stores: [store({ auth: 'static-keys' })] }))[0]?.slice(4)).toEqual([
    'static keys',
    '',
    'eu-central-1',
    'not by this identity',
  ]);
});

test('what may not select the control plane is shown as such', () => {
  const labels = { labelSelectors: [{ matchLabels: { tier: 'gold' } }] };
  const record = recordOf(['prod/db'], {
    controlPlanes: [controlPlane('a', { group: '', name: host('a') })],
    namespaces: [{ name: host('a'), controlPlaneGroup: 'team-a', controlPlaneName: 'ctp-a' }],
    stores: [store({ selector: labels, provisioned: [] })],
  });
  expect(cellsOf(record)[0]?.[2]).toBe('team-a/app (whether it selects it is not known)');
});

test('what others have written does no harm', () => {
  const text = summary(recordOf(['<img src=x>|@all\n</details>']));
  expect(text).not.toContain('<img');
  expect(text.match(/<\/details>/g)?.length).toBe(text.match(/<details/g)?.length);
});

test('summary and comment have it, cut with a count where it is long', () => {
  const few = recordOf(['prod/db']);
  for (const text of [summary(few), comment(few, LINK)])
    expect(text).toContain('<summary>Who reads what by which role: 1</summary>');
  const many = recordOf(Array.from({ length: 500 }, (_, n) => `prod/${n}-${'x'.repeat(300)}`));
  expect(rowsIn(summary(many))).toHaveLength(200);
  expect(summary(many)).toContain('and 300 more');
  expect(rowsIn(comment(many, LINK))).toHaveLength(30);
  expect(Buffer.byteLength(comment(many, LINK))).toBeLessThan(60_000);
});

test('after the last write it is about what is there then', () => {
  const record = recordOf(['prod/db']);
  const { world } = recordOf(['prod/other']);
  if (world === undefined) throw new Error('no world');
  expect(cellsOf({ ...record, after: world })[0]?.[3]).toBe('prod/other');
});

test('that nobody could look is told: nothing shown is not nothing read', () => {
  const unread = { secrets: { kind: 'unreadable', why: 'no right' } } as const;
  expect(secretReads(recordOf(['prod/db'], unread), 200)).toEqual([
    'What SharedExternalSecrets read was not looked at: no right',
  ]);
});

test('nothing where nothing is read, nothing is known, or nobody reads any more', () => {
  const record = recordOf(['prod/db']);
  expect(secretReads(recordOf([]), 200)).toEqual([]);
  expect(secretReads(newRecord(), 200)).toEqual([]);
  const { desired: _desired, ...early } = record;
  expect(secretReads(early, 200)).toEqual([]);
  expect(secretReads(planned(running({ a: 'irsa' }), { mode: 'destroy' }), 200)).toEqual([]);
  const destroyed = planned(running({ a: 'irsa' }, { stores: [store()] }), { mode: 'destroy' }, intent());
  expect(
    secretReads({ ...record, ...(destroyed.config !== undefined && { config: destroyed.config }) }, 200),
  ).toEqual([]);
  // Neither the plan nor its digest knows of it.
  expect(JSON.stringify(record.plan)).not.toContain('prod/db');
});
