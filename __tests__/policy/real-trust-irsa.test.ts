/** Trust policies by web identity as AWS's guides, eksctl, Terraform's modules and people write them, with the right answer beside each. */
import { expect, test } from '@jest/globals';
import { readPolicyDocument } from '../../src/aws/read/policy-document.ts';
import type { Json } from '../../src/model/json.ts';
import { admitsWebIdentity } from '../../src/policy/trust-evaluation.ts';
import { intent } from '../support/factories.ts';
import { ACCOUNT, host, ISSUER_HOST, PROVIDER_ARN, SERVICE_ACCOUNT } from '../support/names.ts';
import { placeOf } from '../support/world-of.ts';

const { target } = placeOf(intent());
const SUB = `system:serviceaccount:${host('a')}:${SERVICE_ACCOUNT}`;
const AUD = 'sts.amazonaws.com';
const [aud, sub] = [`${ISSUER_HOST}:aud`, `${ISSUER_HOST}:sub`];
const GITHUB = `arn:aws:iam::${ACCOUNT}:oidc-provider/token.actions.githubusercontent.com`;

const web = (Condition: Json, more: { readonly [key: string]: Json } = {}): Json => ({
  Effect: 'Allow',
  Principal: { Federated: PROVIDER_ARN },
  Action: 'sts:AssumeRoleWithWebIdentity',
  Condition,
  ...more,
});
const of = (Statement: Json, Version: Json = '2012-10-17'): Json => ({ Version, Statement });
const exact = { [aud]: AUD, [sub]: SUB };
const deny = (Condition: Json): Json => web(Condition, { Effect: 'Deny', Principal: '*', Action: 'sts:*' });

const TABLE: readonly (readonly [string, Json, 'admitted' | 'refused' | 'unknown'])[] = [
  ['the EKS guide', of([web({ StringEquals: exact })]), 'admitted'],
  [
    'the EKS guide, several service accounts',
    of([web({ StringLike: { [sub]: 'system:serviceaccount:mxp-*:*', [aud]: AUD } })]),
    'admitted',
  ],
  ['eksctl', of([web({ StringEquals: exact }, { Action: ['sts:AssumeRoleWithWebIdentity'] })]), 'admitted'],
  [
    'Terraform’s IRSA module, StringEquals with lists',
    of([web({ StringEquals: { [aud]: [AUD], [sub]: [SUB, 'x'] } }, { Sid: '' })]),
    'admitted',
  ],
  [
    'Terraform’s IRSA module, StringLike on both',
    of([web({ StringLike: { [aud]: AUD, [sub]: 'system:serviceaccount:*:external-secrets-*' } })]),
    'admitted',
  ],
  [
    'Upbound’s guide',
    of([
      web({
        StringLike: { [sub]: 'system:serviceaccount:*:external-secrets-controller' },
        StringEquals: { [aud]: AUD },
      }),
    ]),
    'admitted',
  ],
  [
    'a wildcard under StringEquals',
    of([web({ StringEquals: { [sub]: 'system:serviceaccount:mxp-*:*' } })]),
    'refused',
  ],
  ['one statement that stands alone', of(web({ StringEquals: exact })), 'admitted'],
  ['no version, as in old examples', { Statement: [web({ StringEquals: exact })] }, 'admitted'],
  ['the version of 2008', of([web({ StringEquals: exact })], '2008-10-17'), 'admitted'],
  ['without a condition', of([web({})]), 'admitted'],
  ['the subject alone', of([web({ StringEquals: { [sub]: SUB } })]), 'admitted'],
  [
    'another audience, as in a guide for another product',
    of([web({ StringEquals: { [aud]: 'vault', [sub]: SUB } })]),
    'refused',
  ],
  [
    'a subject of another namespace',
    of([web({ StringEquals: { [sub]: 'system:serviceaccount:default:eso' } })]),
    'refused',
  ],
  [
    'the provider of another cluster',
    of([web({}, { Principal: { Federated: `${PROVIDER_ARN}X` } })]),
    'refused',
  ],
  [
    'two clusters in one statement',
    of([web({}, { Principal: { Federated: [`${PROVIDER_ARN}X`, PROVIDER_ARN] } })]),
    'admitted',
  ],
  [
    'keys of another issuer under this provider',
    of([web({ StringEquals: { 'oidc.eks.us-east-1.amazonaws.com/id/OTHER:sub': SUB } })]),
    'refused',
  ],
  [
    'GitHub’s provider beside the cluster’s',
    of([web({ StringEquals: exact }), web({}, { Principal: { Federated: GITHUB } })]),
    'admitted',
  ],
  [
    'GitHub’s provider alone',
    of([
      web(
        { StringLike: { 'token.actions.githubusercontent.com:sub': 'repo:*' } },
        { Principal: { Federated: GITHUB } },
      ),
    ]),
    'refused',
  ],
  [
    'operators, keys and actions in lower case',
    of([web({ stringequals: { [sub.toLowerCase()]: SUB } }, { Action: 'sts:assumerolewithwebidentity' })]),
    'admitted',
  ],
  ['StringEqualsIgnoreCase', of([web({ StringEqualsIgnoreCase: { [sub]: SUB.toUpperCase() } })]), 'admitted'],
  ['all of STS', of([web({ StringEquals: exact }, { Action: 'sts:*' })]), 'admitted'],
  [
    'assumption by users and roles only',
    of([web({ StringEquals: exact }, { Action: 'sts:AssumeRole' })]),
    'refused',
  ],
  [
    'all but tagging',
    of([{ Effect: 'Allow', Principal: { Federated: PROVIDER_ARN }, NotAction: 'sts:TagSession' }]),
    'admitted',
  ],
  [
    'a list of subjects by ForAnyValue',
    of([web({ 'ForAnyValue:StringLike': { [sub]: ['a', 'system:serviceaccount:mxp-*-system:*'] } })]),
    'admitted',
  ],
  ['ForAllValues', of([web({ 'ForAllValues:StringEquals': { [sub]: ['a', SUB] } })]), 'admitted'],
  [
    'ForAllValues over a claim that such tokens lack',
    of([web({ 'ForAllValues:StringEquals': { 'accounts.google.com:sub': 'x' } })]),
    'admitted',
  ],
  [
    'StringEqualsIfExists',
    of([web({ StringEqualsIfExists: { [sub]: SUB, 'sts:ExternalId': 'x' } })]),
    'admitted',
  ],
  ['a subject that has to exist', of([web({ Null: { [sub]: 'false' } })]), 'admitted'],
  ['Null as a boolean, not as text', of([web({ Null: { [sub]: false } })]), 'admitted'],
  [
    'an external id, as of a third party’s guide',
    of([web({ StringEquals: { 'sts:ExternalId': '123456' } })]),
    'refused',
  ],
  ['TLS only', of([web({ Bool: { 'aws:SecureTransport': 'true' }, StringEquals: exact })]), 'admitted'],
  [
    'TLS only, as a denial with a boolean',
    of([web({ StringEquals: exact }), deny({ Bool: { 'aws:SecureTransport': false } })]),
    'admitted',
  ],
  [
    'a range of addresses',
    of([web({ IpAddress: { 'aws:SourceIp': ['192.0.2.0/24'] }, StringEquals: exact })]),
    'unknown',
  ],
  [
    'a range of addresses, denied outside',
    of([web({ StringEquals: exact }), deny({ NotIpAddress: { 'aws:SourceIp': '192.0.2.0/24' } })]),
    'unknown',
  ],
  [
    'until a date',
    of([web({ StringEquals: exact, DateLessThan: { 'aws:CurrentTime': '2030-01-01T00:00:00Z' } })]),
    'unknown',
  ],
  ['a number of seconds', of([web({ NumericLessThan: { 'aws:EpochTime': 1893456000 } })]), 'unknown'],
  [
    'a name of the session',
    of([web({ StringLike: { 'sts:RoleSessionName': 'eso-*' }, StringEquals: exact })]),
    'unknown',
  ],
  [
    'an issue that decides in any case',
    of([web({ IpAddress: { 'aws:SourceIp': '192.0.2.0/24' }, StringEquals: { [sub]: 'x' } })]),
    'refused',
  ],
  ['tags of the session', of([web({ StringEquals: { 'aws:RequestTag/team': 'x' } })]), 'refused'],
  [
    'the number of the account as a number',
    of([web({ StringEquals: { 'aws:SourceAccount': 111122223333 } })]),
    'refused',
  ],
  [
    'the federated provider as a key',
    of([web({ ArnEquals: { 'aws:FederatedProvider': PROVIDER_ARN } })]),
    'admitted',
  ],
  [
    'a denial of everybody but one subject',
    of([web({ StringEquals: exact }), deny({ StringNotEquals: { [sub]: SUB } })]),
    'admitted',
  ],
  [
    'a denial of the subject',
    of([web({ StringEquals: exact }), deny({ StringLike: { [sub]: '*:external-secrets-controller' } })]),
    'refused',
  ],
  [
    'two statements with one label',
    of([web({ StringEquals: { [sub]: 'x' } }, { Sid: 'A' }), web({ StringEquals: exact }, { Sid: 'A' })]),
    'admitted',
  ],
  ['everybody', of([web({ StringEquals: exact }, { Principal: '*' })]), 'unknown'],
  [
    'everybody but an account',
    of([{ Effect: 'Allow', NotPrincipal: { AWS: ACCOUNT }, Action: 'sts:*' }]),
    'unknown',
  ],
];

test.each(TABLE)('%s', (_source, document, answer) => {
  const call = { tried: 'read', action: 'iam:GetRole', on: 'role' };
  const read = readPolicyDocument(encodeURIComponent(JSON.stringify(document)), call);
  const request = {
    target,
    namespace: host('a'),
    serviceAccount: SERVICE_ACCOUNT,
    audience: AUD,
    clusterArn: target.clusterArn,
    sessionTags: true,
  };
  expect(admitsWebIdentity(read, request).kind).toBe(answer);
});
