/** ARNs and tags. */
import { expect, test } from '@jest/globals';
import { fromPairs, parseArn, toPairs } from '../../../src/aws/client/api-values.ts';
import { issuerPath, providerArn } from '../../../src/policy/arn.ts';

test.each([
  ['arn:aws-cn:eks:cn-north-1:1:cluster/c', { partition: 'aws-cn', region: 'cn-north-1', account: '1' }],
  ['arn:aws:iam::1:role/r', { partition: 'aws', region: '', account: '1' }],
  ['nonsense', { partition: '', region: '', account: '' }],
])('parseArn(%j)', (arn, parts) => {
  expect(parseArn(arn)).toEqual(parts);
});

test('a provider is named by host and path of its issuer, in the role’s account', () => {
  const arn = providerArn(
    parseArn('arn:aws-us-gov:iam::1:role/r'),
    'https://ghes.example.org/_services/token',
  );
  expect(arn).toBe('arn:aws-us-gov:iam::1:oidc-provider/ghes.example.org/_services/token');
  expect(issuerPath('host/path')).toBe('host/path');
});

test('tags go there and back; a pair without a key is none', () => {
  const tags = { a: 'b', c: '' };
  expect(fromPairs(toPairs(tags))).toEqual(tags);
  expect(
    fromPairs([
      { Key: undefined, Value: 'x' },
      { Key: 'k', Value: undefined },
    ]),
  ).toEqual({ k: '' });
});
