/** The summary: what is shown, escaped, and small enough for GitHub. */
import { expect, test } from '@jest/globals';
import { searchSummary } from '../../src/fleet/summary.ts';
import { ACCOUNTS, failure, fleetOfSize, found } from './support.ts';

const missing = {
  account: ACCOUNTS[0],
  region: 'eu-central-1',
  cluster: 'lost',
  reason: 'access-denied: no',
};

test('shows what is missing before what was found', () => {
  const text = searchSummary({ ...fleetOfSize(2), unreachable: [missing] }, ['a `b`'], undefined);
  expect(text.startsWith('### Fleet: 2 clusters\n\n> a <code>b</code>\n\n**Not in the matrix**\n\n')).toBe(
    true,
  );
  expect(text).toContain(
    `| <code>lost</code> | <code>eu-central-1</code> | <code>${ACCOUNTS[0]}</code> | access-denied: no |`,
  );
  expect(text).toContain('| <code>0-xxxxxxxx</code> | <code>0-xxxxxxxx</code> | <code>eu-central-1</code> |');
  expect(text.indexOf('lost')).toBeLessThan(text.indexOf('0-xxxxxxxx'));
});

test('says nothing of what is not missing', () => {
  const text = searchSummary(fleetOfSize(1), [], undefined);
  expect(text.startsWith('### Fleet: 1 cluster\n\n| Label |')).toBe(true);
});

test('an account or region that was refused whole is called so', () => {
  const unreachable = [{ ...missing, region: '', cluster: '' }];
  expect(searchSummary({ members: [], unreachable }, [], undefined)).toContain('| all | all | <code>');
});

test('says why a run failed that found nothing', () => {
  const text = searchSummary(undefined, [], failure('invalid-input', '1 problem\n  - `regions`'));
  expect(text).toBe(
    '### Fleet\n\n**Failed: <code>invalid-input</code>**\n\nlook: 1 problem\n\n- <code>regions</code>\n\nAllow it.\n',
  );
});

test('text of others is harmless', () => {
  const evil = '|</td>@all [x](http://e) `';
  const entry = { cluster: evil, region: evil, account: evil, role: evil, label: evil };
  const members = [{ entry, found: found('x', { version: evil, status: evil }) }];
  const unreachable = [{ account: evil, region: evil, cluster: evil, reason: evil }];
  const text = searchSummary({ members, unreachable }, [], undefined);
  expect(text).not.toMatch(/[^>;]@all|<\/td>|\]\(http/);
  // As running text it would be a mention.
  expect(text).toContain('@\u200Ball');
  for (const line of text.split('\n').filter((one) => one.startsWith('| <code>')))
    expect([6, 9]).toContain(line.split('|').length);
});

test('fits into GitHub’s limit, and says where the rest is', () => {
  const unreachable = Array.from({ length: 5_000 }, () => ({ ...missing, reason: '*'.repeat(500) }));
  const text = searchSummary({ ...fleetOfSize(5_000), unreachable }, [], undefined);
  expect(Buffer.byteLength(text)).toBeLessThan(1_000_000);
  expect(text).toContain('clusters-file');
});
