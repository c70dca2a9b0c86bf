/** However large the Space: every JSON output stays below its limit, and the files are whole. */
import { describe, expect, test } from '@jest/globals';
import { planDocument, verificationDocument, wholeDocument } from '../../src/report/documents.ts';
import { type Outputs, shortened } from '../../src/report/outputs.ts';
import { association } from '../support/factories.ts';
import { host, OTHER_ROLE_ARN, uuid } from '../support/names.ts';
import { settledIrsa } from '../support/settled.ts';
import { running } from '../support/workloads.ts';
import { all, listIn, looked, parsed } from './outputs-of.ts';
import { someCheck } from './records.ts';

const LIMIT = 100_000;
const JSON_OUTPUTS = ['plan', 'verification', 'control-planes', 'associations', 'restarted'];

const expectShort = (set: Outputs, truncated: readonly string[]): void => {
  for (const name of JSON_OUTPUTS) {
    const text = set[name] ?? '';
    expect([name, Buffer.byteLength(text) < LIMIT]).toEqual([name, true]);
    expect([name, text.includes('"truncated":true')]).toEqual([name, truncated.includes(name)]);
    expect(() => parsed(text)).not.toThrow();
  }
};

describe('with 3,000 control planes', () => {
  const ids = Array.from({ length: 3000 }, (_, n) => uuid(n));
  const nothing = Object.fromEntries(ids.map((id) => [id, 'nothing'] as const));
  const associations = ids.map((id) =>
    association(id, { ownerArn: 'arn:x', roleArn: OTHER_ROLE_ARN, tags: {} }),
  );
  const long = running(nothing, { associations });
  const restarted = new Set(ids.map(host));
  const checks = ids.map((id) => someCheck({ namespace: host(id) }));

  test('every JSON output is cut below its limit, and says so', () => {
    expectShort(all(looked(long, { restarted, checks })), JSON_OUTPUTS);
  });

  test('also where only the parts around the changes are long', () => {
    const quiet = looked(settledIrsa(ids), { checks: [] });
    const noChanges = { ...quiet, plan: { changes: [], blockers: [], doubts: [], warnings: [], digest: '' } };
    expectShort(all(noChanges), ['plan', 'control-planes']);
    const warnings = ids.map((id) => `the Deployment in ${host(id)} is paused`);
    const blockers = ids.map((id) => ({
      reason: 'not-owned' as const,
      target: host(id),
      message: 'x',
      next: 'y',
    }));
    expectShort(all({ ...quiet, plan: { changes: [], blockers, doubts: [], warnings, digest: '' } }), [
      'plan',
      'control-planes',
    ]);
  });

  test('the files are whole', () => {
    const { config: whole, place, plan, world } = looked(long);
    if (whole === undefined || place === undefined || plan === undefined || world === undefined)
      throw new Error('no plan');
    const file = parsed(wholeDocument(planDocument(whole, place, plan, world)));
    expect(file).toMatchObject({ version: 1, mode: 'plan', identity: 'irsa', digest: plan.digest });
    expect(file).toMatchObject({ changes: { length: plan.changes.length }, controlPlanes: { length: 3000 } });
    expect(file).not.toHaveProperty('truncated');
    expect(parsed(wholeDocument(verificationDocument(checks)))).toMatchObject({ checks: { length: 3000 } });
  });

  test('as much is kept as fits', () => {
    const text = shortened(verificationDocument(checks));
    const kept = listIn(text, 'checks');
    const itemLength = JSON.stringify(kept.at(-1)).length;
    expect(text.length).toBeGreaterThan(LIMIT - 2 * itemLength);
    expect(kept).toEqual(checks.slice(0, kept.length));
  });
});
