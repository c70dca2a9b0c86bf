/** What a problem with an input says of the value: enough to find it, and nothing secret. */
import { expect, test } from '@jest/globals';
import { COMPANIONS } from './examples.ts';
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

test.each([
  ['role-arn', 'not-an-arn'],
  ['role-to-assume', 'arn:aws:iam::1234:role/Deploy'],
  ['target-role-arn', 'arn:aws:iam::111122223333:user/bob'],
  ['chart', 'oci:registry.example.com/spaces'],
  ['helm-download-url', 'ftp://mirror.example.com:8443/helm'],
] as const)('is shown where it could hold a secret, and plainly is none: %s: %s', (name, value) => {
  const said = problems({ ...COMPANIONS[name], [name]: value });
  expect(said).toContainEqual(expect.stringContaining(`\`${name}\`: \`${value}\` is not understood`));
});

test.each([
  ['role-arn', 'AKIAIOSFODNN7EXAMPLE'],
  ['role-arn', 'wjalrxutnfemik7mdengbpxrficyexamplekey'],
  ['role-arn', 'b2b37aaa-1f0c-4c6e-9a3e-0a1b2c3d4e5f'],
  ['chart', 'https:/user:pass@charts.example.com/spaces'],
  ['chart', 'oci:user:pass'],
  ['kubectl-download-url', 'ftp://mirror.example.com/?token=abc'],
] as const)('is not shown where it may be one: %s: %s', (name, value) => {
  const said = problems({ ...COMPANIONS[name], [name]: value }).join('\n');
  expect(said).toContain(`\`${name}\`: its value (not shown) is not understood`);
  expect(said).not.toContain(value);
});

test('is cut where it is long', () => {
  const [said = ''] = problems({ label: 'x'.repeat(5000) });
  expect(said.length).toBeLessThan(400);
});
