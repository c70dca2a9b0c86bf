/** What a problem with an input says of the value: enough to find it, and nothing secret. */
import { expect, test } from '@jest/globals';
import { problems } from './support.ts';

test('names the entry of a list that is not understood', () => {
  const [said] = problems({ 'allowed-account-ids': '111122223333\n42' });
  expect(said).toContain('account ids of 12 digits (not `42`)');
});

test('is not shown where it is a secret', () => {
  const [said] = problems({ 'github-token': 'ghs_hunter2 and more' });
  expect(said).toContain('`github-token`: its value (not shown) is not understood');
  expect(said).not.toContain('hunter2');
});

test('is cut where it is long', () => {
  const [said = ''] = problems({ label: 'x'.repeat(5000) });
  expect(said.length).toBeLessThan(400);
});
