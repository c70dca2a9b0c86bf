/** ARNs and their parts. */
import { expect, test } from '@jest/globals';
import { accountOf, issuerPath, providerArn, roleNameOf } from '../../src/policy/arn.ts';
import { cluster } from '../support/factories.ts';
import { ISSUER, ISSUER_HOST, PROVIDER_ARN } from '../support/names.ts';

test('ARNs', () => {
  expect(issuerPath(`${ISSUER}/`)).toBe(ISSUER_HOST);
  expect(providerArn(cluster(), ISSUER)).toBe(PROVIDER_ARN);
  expect(providerArn(cluster(), `${ISSUER}/`)).toBe(PROVIDER_ARN);
  const elsewhere = 'arn:aws:iam::444455556666:role/a/b/c';
  expect(roleNameOf(elsewhere)).toBe('c');
  expect([accountOf(elsewhere), accountOf('nothing')]).toEqual(['444455556666', '']);
});
