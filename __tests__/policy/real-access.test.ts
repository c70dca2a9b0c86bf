/** Access policies as External Secrets' guide, AWS's and Terraform's modules write them: actions and resources. */
import { expect, test } from '@jest/globals';
import { ACCOUNT } from '../support/names.ts';
import { PARAMETER, all, allow, decisionsOf, no, of, un, yes, type Row } from './access-rows.ts';
import { READ, SECRET } from './known-request.ts';

const TABLE: readonly Row[] = [
  [
    'External Secrets’ guide, Secrets Manager',
    of(
      allow(['secretsmanager:ListSecrets', 'secretsmanager:BatchGetSecretValue'], '*'),
      allow(
        [
          'secretsmanager:GetResourcePolicy',
          'secretsmanager:GetSecretValue',
          'secretsmanager:DescribeSecret',
          'secretsmanager:ListSecretVersionIds',
        ],
        [`arn:aws:secretsmanager:eu-central-1:${ACCOUNT}:secret:prod/*`],
      ),
    ),
    yes,
    no,
  ],
  [
    'External Secrets’ guide, Parameter Store',
    of(allow(['ssm:GetParameter*'], `arn:aws:ssm:eu-central-1:${ACCOUNT}:parameter/prod/*`)),
    no,
    yes,
  ],
  [
    'Upbound’s guide',
    of(
      allow(
        ['secretsmanager:GetSecretValue', 'secretsmanager:DescribeSecret', 'ssm:GetParameter'],
        [`arn:aws:secretsmanager:*:${ACCOUNT}:secret:*`, `arn:aws:ssm:*:${ACCOUNT}:parameter/*`],
      ),
    ),
    yes,
    yes,
  ],
  [
    'Terraform’s module for External Secrets',
    of(
      allow('ssm:DescribeParameters', '*'),
      allow(['ssm:GetParameters', 'ssm:GetParameter'], 'arn:aws:ssm:*:*:parameter/*'),
      allow(['secretsmanager:GetSecretValue'], 'arn:aws:secretsmanager:*:*:secret:*'),
    ),
    yes,
    yes,
  ],
  ['SecretsManagerReadWrite', of(allow(['secretsmanager:*', 'kms:ListKeys'], '*')), yes, no],
  ['ReadOnlyAccess for parameters', of(allow(['ssm:Describe*', 'ssm:Get*', 'ssm:List*'], '*')), no, yes],
  ['an administrator', of(all), yes, yes],
  [
    'PowerUserAccess',
    of({ Effect: 'Allow', NotAction: ['iam:*', 'organizations:*', 'account:*'], Resource: '*' }),
    yes,
    yes,
  ],
  [
    'a single statement that stands alone',
    { Version: '2012-10-17', Statement: allow('secretsmanager:getsecretvalue', SECRET) },
    yes,
    no,
  ],
  ['six characters by `?`', of(allow(READ, SECRET.replace('AbCdEf', '??????'))), yes, no],
  ['seven characters by `?`', of(allow(READ, SECRET.replace('AbCdEf', '???????'))), no, no],
  ['a name without its six characters', of(allow(READ, SECRET.replace('-AbCdEf', ''))), no, no],
  ['a name in another case', of(allow(READ, SECRET.replace('prod', 'Prod'))), no, no],
  ['two slashes', of(allow('ssm:GetParameter', PARAMETER.replace('/prod', '//prod'))), no, no],
  [
    'another partition',
    of(allow('*', ['arn:aws-cn:ssm:*:*:parameter/*', 'arn:aws-cn:secretsmanager:*:*:secret:*'])),
    no,
    no,
  ],
  [
    'any partition',
    of(allow('*', ['arn:*:ssm:*:*:parameter/*', 'arn:*:secretsmanager:*:*:secret:*'])),
    yes,
    yes,
  ],
  ['a region that is not this', of(allow('*', 'arn:aws:*:us-east-1:*:*')), no, no],
  ['an ARN of four parts', of(allow('*', 'arn:aws:ssm:*')), no, yes],
  ['an ARN of three parts', of(allow('*', 'arn:aws:ssm')), no, un],
  [
    'all resources but some',
    of({ Effect: 'Allow', Action: READ, NotResource: 'arn:aws:secretsmanager:*:*:secret:other/*' }),
    yes,
    no,
  ],
  ['all resources but this', of({ Effect: 'Allow', Action: '*', NotResource: [SECRET, PARAMETER] }), no, no],
];

test.each(TABLE)('%s', (_source, document, secret, parameter) => {
  expect(decisionsOf(document)).toEqual([secret, parameter]);
});
