import { expect, test } from '@jest/globals';
import { providerFor } from '../../src/policy/evaluate-trust.ts';
import { ISSUER, ISSUER_HOST, PROVIDER_ARN, ROLE_ARN } from '../support/names.ts';

test.each<[string, string, string, string]>([
  ['of the cluster’s account', ROLE_ARN, ISSUER, PROVIDER_ARN],
  ['with an issuer that ends in a slash', ROLE_ARN, `${ISSUER}/`, PROVIDER_ARN],
  [
    'under a path, in another account and partition',
    'arn:aws-cn:iam::444455556666:role/team/role/reader',
    ISSUER,
    `arn:aws-cn:iam::444455556666:oidc-provider/${ISSUER_HOST}`,
  ],
])('the provider is that in the account of the role: %s', (_which, role, issuer, expected) => {
  expect(providerFor(role, issuer)).toBe(expected);
});
