/** The evaluation of policies, where something is not understood. */
import { describe, expect, test } from '@jest/globals';
import type { Statement } from '../../src/model/policy.ts';
import { ANY_REQUEST } from '../../src/policy/conditions.ts';
import { evaluate, type Evaluation, type Request } from '../../src/policy/evaluate.ts';
import { ACCOUNT, PROVIDER_ARN, ROLE_ARN } from '../support/names.ts';
import { documentOf, known, READ, SECRET, STS } from './known-request.ts';

const reads = (...statements: readonly Statement[]) =>
  evaluate([documentOf(...statements)], { action: READ, resource: SECRET, context: known }).decision;
const read = (Resource: string) => reads({ Effect: 'Allow', Action: READ, Resource });

const rootOf = (account: string) =>
  documentOf({
    Effect: 'Allow',
    Principal: { AWS: `arn:aws:iam::${account}:root` },
    Action: 'sts:AssumeRole',
  });

describe('what is not understood is never an allowance', () => {
  const principal = { kind: 'Federated' as const, name: PROVIDER_ARN };
  const base: Statement = { Effect: 'Allow', Principal: { Federated: PROVIDER_ARN }, Action: STS };
  const ask = (statements: readonly Statement[], context: Request['context'] = known): Evaluation =>
    evaluate([documentOf(...statements)], { principal, action: STS, context });
  const { Principal: _who, ...nobody } = base;
  const { Action: _what, ...noAction } = base;

  test.each<[string, Statement]>([
    ['an operator', { ...base, Condition: { DateGreaterThan: { 'aws:SourceAccount': '2020' } } }],
    [
      'a variable',
      { ...base, Condition: { StringEquals: { 'aws:SourceAccount': '${aws:PrincipalAccount}' } } },
    ],
    ['several values without a quantifier', { ...base, Condition: { StringLike: { 'aws:TagKeys': '*' } } }],
    ['an ARN operator on what is no ARN', { ...base, Condition: { ArnLike: { 'aws:SourceArn': 'arn:*' } } }],
    [
      'an operator that has no operator’s form',
      { ...base, Condition: { 'ForSome:StringEquals': { 'aws:SourceAccount': ACCOUNT } } },
    ],
    ['a flag that is none', { ...base, Condition: { Bool: { 'aws:SourceAccount': 'true' } } }],
    [
      'an escaped star without wildcards',
      { ...base, Condition: { StringEquals: { 'aws:SourceAccount': '1${*}' } } },
    ],
    [
      'a variable that is no key',
      { ...base, Condition: { StringEquals: { 'aws:SourceAccount': '${a key}' } } },
    ],
    [
      'a variable of several values',
      { ...base, Condition: { StringEquals: { 'aws:SourceAccount': '${aws:TagKeys}' } } },
    ],
    ['an odd Null', { ...base, Condition: { Null: { 'aws:SourceArn': 'maybe' } } }],
    ['everybody', { ...base, Principal: '*' }],
    ['every user', { ...base, Principal: { AWS: '*' } }],
    ['all but some', { ...nobody, NotPrincipal: { AWS: ACCOUNT } }],
    ['no principal', nobody],
    ['a resource in a trust policy', { ...base, Resource: '*' }],
    ['no action', noAction],
    ['actions and all but some actions', { ...base, NotAction: 'sts:TagSession' }],
  ])('%s', (_name, statement) => {
    expect(ask([statement]).decision).toBe('unknown');
    expect(ask([statement]).unknowns).not.toEqual([]);
    expect(ask([statement, base]).decision).toBe('allowed');
  });

  const granted: Statement = { Effect: 'Allow', Action: READ, Resource: SECRET };
  const { Resource: _where, ...nowhere } = granted;

  test.each<[string, Statement]>([
    ['a principal', { ...granted, Principal: { AWS: ROLE_ARN } }],
    ['all but some principals', { ...granted, NotPrincipal: { AWS: ACCOUNT } }],
    ['no resource', nowhere],
    ['resources and all but some resources', { ...granted, NotResource: `${SECRET}X` }],
  ])('%s in a policy of the caller', (_name, statement) => {
    expect(reads(statement)).toBe('unknown');
    expect(reads(statement, granted)).toBe('allowed');
  });

  test('a key whose value is not known', () => {
    const context = { values: known.values, isAbsent: (key: string) => key !== 'aws:sourceip' };
    const guarded = { ...base, Condition: { StringEquals: { 'aws:SourceIp': '1' } } };
    expect(ask([guarded], context)).toEqual({
      decision: 'unknown',
      unknowns: ['StringEquals on aws:SourceIp'],
    });
    expect(ask([{ ...guarded, Action: 'sts:TagSession' }], context).decision).toBe('implicit-deny');
  });

  test('a Deny that might apply leaves no allowance; one for everybody applies', () => {
    const deny: Statement = { ...base, Effect: 'Deny' };
    const perhaps = { ...deny, Condition: { IpAddress: { 'aws:SourceArn': '1' } } };
    expect(ask([base, perhaps]).decision).toBe('unknown');
    expect(ask([base, { ...deny, Principal: '*' }]).decision).toBe('explicit-deny');
    expect(ask([base, { ...deny, Principal: { AWS: '*' } }]).decision).toBe('explicit-deny');
  });

  test('an account as a whole leaves it to the policies of its roles', () => {
    const trust = documentOf({ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' });
    const request = { principal: { kind: 'AWS' as const, name: ROLE_ARN }, action: 'sts:AssumeRole' };
    expect(evaluate([trust], { ...request, context: known }).decision).toBe('unknown');
    const decide = (account: string) => evaluate([rootOf(account)], { ...request, context: known }).decision;
    expect([decide(ACCOUNT), decide('444455556666')]).toEqual(['unknown', 'implicit-deny']);
  });

  test('a resource pattern with a variable, or that has to reach over a colon', () => {
    expect(read('arn:aws:secretsmanager:*:*:secret:${aws:PrincipalTag/x}')).toBe('unknown');
    expect(read('arn:aws:*:secret:prod/*')).toBe('unknown');
    expect(read('arn:aws:secretsmanager')).toBe('unknown');
  });
});

const byTeam = (team: string, resource: string) =>
  evaluate(
    [
      documentOf({
        Effect: 'Allow',
        Action: READ,
        Resource: 'arn:aws:secretsmanager:r:1:secret:${aws:PrincipalTag/team}/*',
      }),
    ],
    {
      action: READ,
      resource,
      context: { values: new Map([['aws:principaltag/team', [team]]]), isAbsent: () => false },
    },
  ).decision;

test('what a variable stands for opens nothing beyond its part of an ARN', () => {
  const SECRETS = 'arn:aws:secretsmanager:r:1:secret:';
  expect(byTeam('a', `${SECRETS}a/x`)).toBe('allowed');
  expect(byTeam('a', `${SECRETS}b/x`)).toBe('implicit-deny');
  expect(byTeam('*', `${SECRETS}b/x`)).toBe('implicit-deny');
  expect(byTeam('a:b', `${SECRETS}a:b/x`)).toBe('unknown');
  // Whatever it stands for.
  expect(byTeam('a:b', 'arn:aws:secretsmanager:r:2:secret:a:b/x')).toBe('implicit-deny');
});

const asked = (statement: Partial<Statement>) =>
  evaluate([documentOf({ Effect: 'Allow', Action: 'sts:AssumeRole', ...statement })], {
    principal: { kind: 'AWS', name: ROLE_ARN },
    action: 'sts:AssumeRole',
    context: known,
  }).decision;

describe('a principal', () => {
  test.each<[string, Partial<Statement>, Evaluation['decision']]>([
    ['itself', { Principal: { AWS: ROLE_ARN } }, 'allowed'],
    ['another role of its account', { Principal: { AWS: `${ROLE_ARN}-2` } }, 'implicit-deny'],
    ['its account', { Principal: { AWS: ACCOUNT } }, 'unknown'],
    ['a service', { Principal: { Service: 'ec2.amazonaws.com' } }, 'implicit-deny'],
    ['itself, and all but some', { Principal: { AWS: ROLE_ARN }, NotPrincipal: { AWS: ACCOUNT } }, 'unknown'],
    ['itself, but for some resources', { Principal: { AWS: ROLE_ARN }, NotResource: 'x' }, 'unknown'],
  ])('is %s', (_who, statement, decision) => {
    expect(asked(statement)).toBe(decision);
  });
});

test('what might be denied is among what could not be told', () => {
  const allow: Statement = { Effect: 'Allow', Action: READ, Resource: '*' };
  const perhaps: Statement = { ...allow, Effect: 'Deny', Condition: { IpAddress: { 'aws:SourceIp': '1' } } };
  expect(
    evaluate([documentOf(allow, perhaps)], { action: READ, resource: SECRET, context: ANY_REQUEST }),
  ).toEqual({
    decision: 'unknown',
    unknowns: ['IpAddress on aws:SourceIp'],
  });
});
