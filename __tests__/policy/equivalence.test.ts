/** Which policies mean the same. */
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Json } from '../../src/model/json.ts';
import type { ConditionBlock, PolicyDocument, Statement } from '../../src/model/policy.ts';
import {
  isEquivalent,
  isPolicy,
  policySize,
  readableStatements,
  union,
} from '../../src/policy/equivalence.ts';

const principal = { Service: ['pods.eks.amazonaws.com', 'ec2.amazonaws.com'] };
const base: Statement = {
  Effect: 'Allow',
  Principal: principal,
  Action: ['sts:AssumeRole', 'sts:TagSession'],
  Condition: {
    StringEquals: { 'aws:SourceAccount': '111122223333', 'aws:RequestTag/a': ['x', 'y'] },
    ArnEquals: { 'aws:SourceArn': 'arn:aws:eks:::cluster/c' },
  },
};
const policy = (...statements: readonly Statement[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: statements,
});
const labelled = (Sid: string, Resource: string): Statement => ({
  Sid,
  Effect: 'Allow',
  Action: 'a:b',
  Resource,
});
const withCondition = (Condition: ConditionBlock): Statement => ({ ...base, Condition });

describe('the same meaning', () => {
  test.each<[string, PolicyDocument]>([
    ['another order of lists', policy({ ...base, Action: ['sts:TagSession', 'sts:AssumeRole'] })],
    ['an action in another case', policy({ ...base, Action: ['STS:assumerole', 'sts:TagSession'] })],
    [
      'a value said twice',
      policy({ ...base, Action: ['sts:AssumeRole', 'sts:TagSession', 'sts:AssumeRole'] }),
    ],
    ['a label', policy({ ...base, Sid: 'Label' })],
    ['an id of the document', { ...policy(base), Id: 'id' }],
    ['a statement said twice', policy(base, base)],
    [
      'condition keys in another order and case, one value in a list',
      policy(
        withCondition({
          ArnEquals: { 'AWS:sourcearn': ['arn:aws:eks:::cluster/c'] },
          StringEquals: { 'aws:requesttag/a': ['y', 'x'], 'aws:sourceaccount': '111122223333' },
        }),
      ),
    ],
    ['an empty condition block', policy({ ...base, Condition: { ...base.Condition, Bool: {} } })],
  ])('%s', (_what, other) => {
    expect(isEquivalent(policy(base), other)).toBe(true);
  });

  test('an account and its root', () => {
    const trust = (aws: string) => policy({ ...base, Principal: { AWS: aws } });
    expect(isEquivalent(trust('111122223333'), trust('arn:aws-cn:iam::111122223333:root'))).toBe(true);
    expect(isEquivalent(trust('*'), policy({ ...base, Principal: '*' }))).toBe(true);
  });

  test('no condition and an empty one', () => {
    const { Condition: _condition, ...open } = base;
    expect(isEquivalent(policy(open), policy({ ...open, Condition: {} }))).toBe(true);
  });

  test('statements in any order', () => {
    const some: readonly Statement[] = [base, { ...base, Effect: 'Deny' }, { ...base, Action: 's3:*' }];
    fc.assert(
      fc.property(fc.shuffledSubarray([...some], { minLength: 3 }), (shuffled) =>
        isEquivalent(policy(...some), policy(...shuffled)),
      ),
    );
  });
});

const reading = (Resource: string): PolicyDocument => ({ Statement: [{ Effect: 'Allow', Resource }] });
const versioned = (Resource: string): PolicyDocument => ({ ...reading(Resource), Version: '2012-10-17' });

test('the version counts where there are variables, and nowhere else', () => {
  expect(isEquivalent(reading('*'), versioned('*'))).toBe(true);
  expect(isEquivalent(reading('${aws:username}'), versioned('${aws:username}'))).toBe(false);
});

describe('another meaning', () => {
  test.each<[string, PolicyDocument]>([
    ['deny', policy({ ...base, Effect: 'Deny' })],
    ['one action less', policy({ ...base, Action: 'sts:AssumeRole' })],
    [
      'everything but the actions',
      policy((({ Action, ...rest }) => ({ ...rest, NotAction: Action ?? '' }))(base)),
    ],
    ['a further principal', policy({ ...base, Principal: { ...principal, AWS: '*' } })],
    [
      'everybody but the principal',
      policy((({ Principal, ...rest }) => ({ ...rest, NotPrincipal: Principal ?? '*' }))(base)),
    ],
    ['a resource', policy({ ...base, Resource: '*' })],
    ['another resource', policy({ ...base, NotResource: '*' })],
    [
      'a value in another case',
      policy(withCondition({ ...base.Condition, ArnEquals: { 'aws:SourceArn': 'arn:aws:eks:::cluster/C' } })),
    ],
    ['another operator', policy(withCondition({ StringLike: base.Condition?.['StringEquals'] ?? {} }))],
    ['a condition less', policy(withCondition({ StringEquals: base.Condition?.['StringEquals'] ?? {} }))],
    [
      'a further value',
      policy(
        withCondition({
          ...base.Condition,
          ArnEquals: { 'aws:SourceArn': ['arn:aws:eks:::cluster/c', '*'] },
        }),
      ),
    ],
    ['a further statement', policy(base, { ...base, Action: 's3:*' })],
    ['no statement', policy()],
  ])('%s', (_what, other) => {
    expect(isEquivalent(policy(base), other)).toBe(false);
  });
});

test('a union has each label once, as IAM wants it: the first keeps it', () => {
  const first = policy(labelled('Read', '1'), labelled('Go', '1'));
  const second = policy(
    labelled('Go', '2'),
    labelled('Read', '1'),
    labelled('New', '3'),
    labelled('New', '4'),
  );
  const both = union(first, second);
  expect(both.Statement.map(({ Sid, Resource }) => [Sid, Resource])).toEqual([
    ['Read', '1'],
    ['Go', '1'],
    [undefined, '2'],
    ['New', '3'],
    [undefined, '4'],
  ]);
});

test('what IAM counts: everything but white space', () => {
  expect(policySize({ Statement: [{ Effect: 'Allow', Action: 'a b\nc' }] })).toBe(
    '{"Statement":[{"Effect":"Allow","Action":"ab\\nc"}]}'.length,
  );
  expect(union(policy(base), policy(base)).Statement).toHaveLength(1);
  expect(union(policy(base), policy({ ...base, Effect: 'Deny' })).Statement).toHaveLength(2);
});

test('to be read: lists in order, names in their own spelling', () => {
  const statement: Statement = {
    ...base,
    Sid: 'x',
    Action: 'STS:AssumeRole',
    Condition: { StringLike: { m: '*', a: '*', z: '*' }, Bool: { 'aws:Via': 'b' } },
  };
  expect(readableStatements(policy(statement))).toEqual([
    {
      Effect: 'Allow',
      Principal: { Service: ['ec2.amazonaws.com', 'pods.eks.amazonaws.com'] },
      Action: ['STS:AssumeRole'],
      Condition: { Bool: { 'aws:Via': ['b'] }, StringLike: { a: ['*'], m: ['*'], z: ['*'] } },
    },
  ]);
});

test.each<[string, Json, boolean]>([
  ['a policy', policy(base), true],
  ['an empty one', policy(), true],
  ['null', null, false],
  ['a text', 'Statement', false],
  ['another object', { roleArn: 'x' }, false],
  ['a statement that is no list', { Statement: 'x' }, false],
  ['statements without effect', { Statement: [{ Action: 'x' }] }, false],
  ['statements that are none', { Statement: [null, 'x'] }, false],
])('%s is told from other data', (_what, value, is) => {
  expect(isPolicy(value)).toBe(is);
});
