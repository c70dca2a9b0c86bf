/** Access policies under conditions and with variables, as AWS's guides and organisations write them. */
import { expect, test } from '@jest/globals';
import { ACCOUNT, ROLE_ARN } from '../support/names.ts';
import {
  PARAMETER,
  all,
  allow,
  decisionsOf,
  denied,
  deny,
  no,
  of,
  un,
  yes,
  type Row,
} from './access-rows.ts';
import { READ, SECRET } from './known-request.ts';

const TABLE: readonly Row[] = [
  [
    'secrets with a tag',
    of(allow(READ, '*', { Condition: { StringEquals: { 'secretsmanager:ResourceTag/team': 'a' } } })),
    un,
    no,
  ],
  [
    'the current version only',
    of(
      allow(READ, '*', {
        Condition: { 'ForAnyValue:StringEquals': { 'secretsmanager:VersionStage': 'AWSCURRENT' } },
      }),
    ),
    un,
    no,
  ],
  [
    'its own region',
    of(
      allow('*', '*', {
        Condition: { StringEquals: { 'aws:RequestedRegion': ['eu-central-1', 'eu-west-1'] } },
      }),
    ),
    yes,
    yes,
  ],
  [
    'a lock on regions',
    of(all, {
      Effect: 'Deny',
      NotAction: ['iam:*', 'sts:*'],
      Resource: '*',
      Condition: { StringNotEquals: { 'aws:RequestedRegion': 'us-east-1' } },
    }),
    denied,
    denied,
  ],
  ['TLS only', of(all, deny({ Condition: { Bool: { 'aws:SecureTransport': 'false' } } })), yes, yes],
  [
    'TLS only, a boolean',
    of(all, deny({ Condition: { BoolIfExists: { 'aws:SecureTransport': false } } })),
    yes,
    yes,
  ],
  [
    'a network only',
    of(
      all,
      deny({
        Condition: {
          NotIpAddressIfExists: { 'aws:SourceIp': ['192.0.2.0/24'] },
          BoolIfExists: { 'aws:ViaAWSService': 'false' },
        },
      }),
    ),
    un,
    un,
  ],
  [
    'an endpoint only',
    of(allow('*', '*', { Condition: { StringEquals: { 'aws:SourceVpce': 'vpce-1' } } })),
    un,
    un,
  ],
  [
    'a date that is past',
    of(allow('*', '*', { Condition: { DateLessThan: { 'aws:CurrentTime': '2013-06-30T00:00:00Z' } } })),
    un,
    un,
  ],
  [
    'after a second factor',
    of(deny({ Condition: { NumericGreaterThan: { 'aws:MultiFactorAuthAge': 3600 } } }), all),
    un,
    un,
  ],
  [
    'resources of the account',
    of(
      allow('*', '*', { Condition: { StringEquals: { 'aws:ResourceAccount': '${aws:PrincipalAccount}' } } }),
    ),
    yes,
    yes,
  ],
  [
    'a namespace of its own',
    of(allow('*', `${SECRET.replace('prod/db-AbCdEf', '')}\${aws:PrincipalTag/kubernetes-namespace}/*`)),
    un,
    no,
  ],
  [
    'a variable with a default',
    of(allow(READ, "arn:aws:secretsmanager:${aws:RequestedRegion, 'x'}:*:secret:*")),
    yes,
    no,
  ],
  [
    'a variable before 2012 is text',
    {
      Version: '2008-10-17',
      Statement: allow(READ, 'arn:aws:secretsmanager:${aws:RequestedRegion}:*:secret:*'),
    },
    no,
    no,
  ],
  [
    'a literal star',
    of(allow('*', [SECRET.replace('db-AbCdEf', '${*}'), PARAMETER.replace('db', '${?}?')])),
    no,
    no,
  ],
  [
    'a role but this',
    of(
      all,
      deny({ Condition: { ArnNotLike: { 'aws:PrincipalArn': [`arn:aws:iam::${ACCOUNT}:role/admin-*`] } } }),
    ),
    denied,
    denied,
  ],
  ['this role', of(all, deny({ Condition: { ArnNotEquals: { 'aws:PrincipalArn': ROLE_ARN } } })), yes, yes],
  [
    'a denial of secrets elsewhere',
    of(all, deny({ Action: 'secretsmanager:*', Resource: 'arn:aws:secretsmanager:*:*:secret:other/*' })),
    yes,
    yes,
  ],
  [
    'a denial of all but secrets',
    of(all, { Effect: 'Deny', NotAction: 'secretsmanager:*', Resource: '*' }),
    yes,
    denied,
  ],
  ['no statement', of(), no, no],
];

test.each(TABLE)('%s', (_source, document, secret, parameter) => {
  expect(decisionsOf(document)).toEqual([secret, parameter]);
});
