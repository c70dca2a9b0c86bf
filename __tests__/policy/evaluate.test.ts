/** Our evaluation against another's: @cloud-copilot/iam-simulate, which follows IAM's documentation. */
import { describe, expect, test } from '@jest/globals';
import { evaluatePolicies, evaluateTrust } from '../../sandbox/aws/policy/evaluate.ts';
import type { Context } from '../../sandbox/aws/policy/evaluate.ts';
import * as fc from 'fast-check';
import type { PolicyDocument, Statement } from '../../src/model/policy.ts';
import { evaluate, type Evaluation, type Request } from '../../src/policy/evaluate.ts';
import { ACCOUNT, CLUSTER_ARN, ISSUER_HOST, PROVIDER_ARN, ROLE_ARN } from '../support/names.ts';

const SUB = 'system:serviceaccount:mxp-1-system:eso';
const CONTEXT: Context = {
  [`${ISSUER_HOST}:aud`]: 'sts.amazonaws.com',
  [`${ISSUER_HOST}:sub`]: SUB,
  'aws:SourceArn': CLUSTER_ARN,
  'aws:SourceAccount': ACCOUNT,
  'aws:TagKeys': ['one', 'two'],
};
const THEIRS = { Allowed: 'allowed', ExplicitlyDenied: 'explicit-deny', ImplicitlyDenied: 'implicit-deny' };

/** A context of which all is known: what it does not hold is absent. */
const known = {
  values: new Map(Object.entries(CONTEXT).map(([key, value]) => [key.toLowerCase(), [value].flat()])),
  isAbsent: () => true,
};

const one = (...statements: readonly Statement[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: statements,
});

const texts = fc.constantFrom(
  SUB,
  'sts.amazonaws.com',
  'STS.amazonaws.com',
  'system:serviceaccount:*:eso',
  'system:serviceaccount:mxp-?-system:*',
  'mxp-*',
  'one',
  't*',
  CLUSTER_ARN,
  'arn:*',
  ACCOUNT,
  '*',
);
const keys = fc.constantFrom(
  `${ISSUER_HOST}:aud`,
  `${ISSUER_HOST}:sub`.toUpperCase(),
  'aws:sourceArn',
  'aws:SourceAccount',
  'aws:RequestTag/absent',
);
const operators = fc.constantFrom(
  'StringEquals',
  'StringNotEquals',
  'StringEqualsIgnoreCase',
  'StringNotEqualsIgnoreCase',
  'StringLike',
  'StringNotLike',
  'StringEqualsIfExists',
  'StringLikeIfExists',
  'StringNotLikeIfExists',
  'ForAnyValue:StringEquals',
  'ForAllValues:StringLike',
);
const arns = fc.constantFrom(
  CLUSTER_ARN,
  CLUSTER_ARN.replace('eu-central-1', '*'),
  'arn:aws:eks:*:*:cluster/space-*',
  `${CLUSTER_ARN}-other`,
  PROVIDER_ARN,
  'arn:*:*:*:*:*',
);
const tests = fc.oneof(
  fc.tuple(
    fc.constantFrom('ArnLike', 'ArnEquals', 'ArnNotEquals', 'ArnNotLike', 'ArnLikeIfExists'),
    fc.constantFrom('aws:sourceArn', 'aws:RequestTag/absent'),
    fc.array(arns, { minLength: 1, maxLength: 3 }),
  ),
  fc.tuple(operators, keys, fc.array(texts, { minLength: 1, maxLength: 3 })),
  fc.tuple(fc.constant('Null'), keys, fc.constantFrom(['true'], ['false'])),
  fc.tuple(
    fc.constantFrom('ForAnyValue:StringEquals', 'ForAllValues:StringEquals', 'ForAnyValue:StringLike'),
    fc.constant('aws:TagKeys'),
    fc.array(texts, { minLength: 1, maxLength: 3 }),
  ),
);
const conditions = fc
  .array(tests, { maxLength: 3 })
  .map((all) => Object.fromEntries(all.map(([operator, key, values]) => [operator, { [key]: values }])));
const effect = fc.constantFrom<'Allow' | 'Deny'>('Allow', 'Allow', 'Allow', 'Deny');
const STS = 'sts:AssumeRoleWithWebIdentity';
const trustActions = fc.constantFrom(
  STS,
  STS.toLowerCase(),
  'sts:*',
  'sts:AssumeRole*',
  'sts:TagSession',
  '*',
);

const trustStatement = fc
  .record({
    Effect: effect,
    Principal: fc.constantFrom<NonNullable<Statement['Principal']>>(
      { Federated: PROVIDER_ARN },
      { Federated: [PROVIDER_ARN, `${PROVIDER_ARN}X`] },
      { Federated: `${PROVIDER_ARN}X` },
      { Service: 'pods.eks.amazonaws.com' },
    ),
    Action: fc.oneof(trustActions, fc.array(trustActions, { minLength: 1, maxLength: 2 })),
    Condition: conditions,
  })
  .map((statement): Statement => statement);

test('trust policies: the same answer as the other evaluation', () => {
  fc.assert(
    fc.property(fc.array(trustStatement, { minLength: 1, maxLength: 3 }), (statements) => {
      const document = one(...statements);
      const principal = { kind: 'Federated' as const, name: PROVIDER_ARN };
      const ours = evaluate([document], { principal, action: STS, context: known });
      const request = { principal: PROVIDER_ARN, account: ACCOUNT, action: STS, resource: ROLE_ARN };
      const theirs = evaluateTrust({ ...request, context: CONTEXT }, JSON.stringify(document));
      expect(ours).toEqual({ decision: THEIRS[theirs], puzzles: [] });
    }),
    { numRuns: 2000 },
  );
});

const SECRET = `arn:aws:secretsmanager:eu-central-1:${ACCOUNT}:secret:prod/db-AbCdEf`;
const resources = fc.constantFrom(
  '*',
  SECRET,
  SECRET.replace('db-AbCdEf', '*'),
  SECRET.replace('prod/db-AbCdEf', 'pro?/*'),
  SECRET.replace('prod', 'other'),
  `arn:aws:secretsmanager:*:${ACCOUNT}:secret:*`,
);
const READ = 'secretsmanager:GetSecretValue';
const actions = fc.constantFrom(
  READ,
  'secretsmanager:*',
  'SecretsManager:Get*',
  'secretsmanager:PutSecretValue',
  '*',
);
const some = <T>(values: fc.Arbitrary<T>) => fc.array(values, { minLength: 1, maxLength: 2 });
const accessStatement = fc
  .tuple(
    effect,
    fc.oneof(
      some(actions).map((Action) => ({ Action })),
      some(actions).map((NotAction) => ({ NotAction })),
    ),
    fc.oneof(
      some(resources).map((Resource) => ({ Resource })),
      some(resources).map((NotResource) => ({ NotResource })),
    ),
    conditions,
  )
  .map(([Effect, what, where, Condition]): Statement => ({ Effect, ...what, ...where, Condition }));

test('access policies: the same answer as the other evaluation', () => {
  fc.assert(
    fc.property(fc.array(accessStatement, { minLength: 1, maxLength: 3 }), (statements) => {
      const document = one(...statements);
      const request = { action: READ, resource: SECRET };
      const ours = evaluate([document], { ...request, context: known });
      const theirs = evaluatePolicies(
        { ...request, principal: ROLE_ARN, account: ACCOUNT, context: CONTEXT },
        [{ name: 'inline', document: JSON.stringify(document) }],
      );
      expect(ours).toEqual({ decision: THEIRS[theirs], puzzles: [] });
    }),
    { numRuns: 2000 },
  );
});

const reads = (...statements: readonly Statement[]) =>
  evaluate([one(...statements)], { action: READ, resource: SECRET, context: known }).decision;
const read = (Resource: string) => reads({ Effect: 'Allow', Action: READ, Resource });

describe('what is not understood is never an allowance', () => {
  const principal = { kind: 'Federated' as const, name: PROVIDER_ARN };
  const base: Statement = { Effect: 'Allow', Principal: { Federated: PROVIDER_ARN }, Action: STS };
  const ask = (statements: readonly Statement[], context: Request['context'] = known): Evaluation =>
    evaluate([one(...statements)], { principal, action: STS, context });
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
    expect(ask([statement]).puzzles).not.toEqual([]);
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
      puzzles: ['StringEquals on aws:SourceIp'],
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
    const trust = one({ Effect: 'Allow', Principal: { AWS: ACCOUNT }, Action: 'sts:AssumeRole' });
    const asked = { principal: { kind: 'AWS' as const, name: ROLE_ARN }, action: 'sts:AssumeRole' };
    expect(evaluate([trust], { ...asked, context: known }).decision).toBe('unknown');
  });

  test('a resource pattern with a variable, or that has to reach over a colon', () => {
    expect(read('arn:aws:secretsmanager:*:*:secret:${aws:PrincipalTag/x}')).toBe('unknown');
    expect(read('arn:aws:secretsmanager:*')).toBe('unknown');
  });
});
