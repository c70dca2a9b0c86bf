/** Whom a trust policy names beside the workloads of the cluster. */
import { describe, expect, test } from '@jest/globals';
import type { ConditionBlock, PolicyDocument, Statement } from '../../src/model/policy.ts';
import { namedPrincipals } from '../../src/policy/trust-others.ts';
import { intent } from '../support/factories.ts';
import { PROVIDER_ARN, ROLE_ARN } from '../support/names.ts';
import { placeOf } from '../support/world-of.ts';

const { target } = placeOf(intent());
const ACTIONS = ['sts:AssumeRole', 'sts:AssumeRoleWithWebIdentity', 'sts:AssumeRoleWithSAML'];
const assume = (more: Partial<Statement>): Statement => ({ Effect: 'Allow', Action: ACTIONS, ...more });
const of = (...Statement: readonly Statement[]): PolicyDocument => ({ Version: '2012-10-17', Statement });
const named = (...statements: readonly Statement[]): readonly string[] =>
  namedPrincipals(of(...statements), target).map(({ who, kind }) => `${kind}: ${who}`);

const CONDITIONAL = ['some: everybody who meets its conditions'];

describe('every user and role of any account', () => {
  test.each<[string, ConditionBlock, readonly string[]]>([
    ['no condition', {}, ['everybody: everybody']],
    ['that it is no service', { Bool: { 'aws:PrincipalIsAWSService': 'false' } }, ['everybody: everybody']],
    ['TLS', { Bool: { 'aws:SecureTransport': 'true' } }, ['everybody: everybody']],
    ['a name', { ArnLike: { 'aws:PrincipalArn': 'arn:aws:iam::444455556666:role/x-*' } }, CONDITIONAL],
    ['an account', { StringEquals: { 'aws:PrincipalAccount': '444455556666' } }, CONDITIONAL],
    ['an external id', { StringEquals: { 'sts:ExternalId': 'x' } }, CONDITIONAL],
    ['an organisation', { StringEquals: { 'aws:PrincipalOrgID': 'o-1' } }, CONDITIONAL],
    [
      'a part of an organisation',
      { 'ForAnyValue:StringLike': { 'aws:PrincipalOrgPaths': 'o-1/*' } },
      CONDITIONAL,
    ],
    ['a source', { ArnLike: { 'aws:SourceArn': 'arn:aws:s3:::x' } }, CONDITIONAL],
    ['the account of a source', { StringEquals: { 'aws:SourceAccount': '444455556666' } }, CONDITIONAL],
    ['a provider', { StringEquals: { 'aws:FederatedProvider': 'x' } }, CONDITIONAL],
    [
      'a tag, which they bring themselves',
      { StringEquals: { 'aws:RequestTag/a': 'b' } },
      ['unknown: everybody'],
    ],
  ])('under a condition on %s', (_what, Condition, expected) => {
    expect(named(assume({ Principal: { AWS: '*' }, Condition }))).toEqual(expected);
    expect(named(assume({ Principal: { AWS: ['*'] }, Condition }))).toEqual(expected);
  });

  test('and any identity of a provider, perhaps', () => {
    const byToken = assume({ Principal: { AWS: '*' }, Action: 'sts:AssumeRoleWithWebIdentity' });
    expect(named(byToken)).toEqual(['unknown: everybody']);
  });

  test('all but some', () => {
    expect(named(assume({ NotPrincipal: { AWS: '444455556666' } }))).toEqual(['unknown: everybody']);
  });
});

describe('who is not let in', () => {
  test.each<[string, Statement]>([
    ['everybody, denied', assume({ Effect: 'Deny', Principal: '*' })],
    [
      'everybody, denied without TLS',
      {
        ...assume({ Effect: 'Deny', Principal: { AWS: '*' } }),
        Condition: { Bool: { 'aws:SecureTransport': 'false' } },
      },
    ],
    ['all but some, denied', assume({ Effect: 'Deny', NotPrincipal: { AWS: '444455556666' } })],
    ['the role itself', assume({ Principal: { AWS: ROLE_ARN } })],
    ['the cluster’s provider', assume({ Principal: { Federated: PROVIDER_ARN } })],
    ['EKS Pod Identity', assume({ Principal: { Service: 'pods.eks.amazonaws.com' } })],
  ])('%s', (_who, statement) => {
    expect(named(statement)).toEqual([]);
  });
});

test('each is named once, by the principal that the policy has', () => {
  const both = { AWS: ['444455556666', ROLE_ARN], Service: 'ec2.amazonaws.com' };
  expect(named(assume({ Principal: both }), assume({ Principal: { AWS: '444455556666' } }))).toEqual([
    'some: 444455556666',
    'some: ec2.amazonaws.com',
  ]);
});
