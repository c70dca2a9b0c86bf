/** Each part of a statement tells policies apart, and is to be read as it was written. */
import { describe, expect, test } from '@jest/globals';
import type { ConditionBlock, PolicyDocument, Statement } from '../../src/model/policy.ts';
import { conditionsEqual, isEquivalent, readableStatements, union } from '../../src/policy/equivalence.ts';

const of = (...Statement: readonly Statement[]): PolicyDocument => ({ Version: '2012-10-17', Statement });
const allow = (more: Partial<Statement>): PolicyDocument => of({ Effect: 'Allow', ...more });
const when = (operator: string, key: string, value: string | readonly string[]): ConditionBlock => ({
  [operator]: { [key]: value },
});

describe('one condition', () => {
  const plain = when('StringEquals', 'aws:x', 'mxp-*-system');
  test.each<[string, ConditionBlock, boolean]>([
    ['the same in another case', when('stringequals', 'AWS:X', ['mxp-*-system']), true],
    ['an operator with wildcards', when('StringLike', 'aws:x', 'mxp-*-system'), false],
    ['the negated operator', when('StringNotEquals', 'aws:x', 'mxp-*-system'), false],
    ['one that holds without the key', when('StringEqualsIfExists', 'aws:x', 'mxp-*-system'), false],
    ['another key', when('StringEquals', 'aws:y', 'mxp-*-system'), false],
    ['another value', when('StringEquals', 'aws:x', 'mxp-a-system'), false],
    ['one more value', when('StringEquals', 'aws:x', ['mxp-*-system', 'y']), false],
    ['none', {}, false],
  ])('and %s', (_what, other, isSame) => {
    expect(conditionsEqual(plain, other)).toBe(isSame);
    expect(isEquivalent(allow({ Condition: plain }), allow({ Condition: other }))).toBe(isSame);
  });
});

describe.each(['Principal', 'NotPrincipal', 'Action', 'NotAction', 'Resource', 'NotResource'] as const)(
  '%s',
  (part) => {
    const value = (name: string) => (part.endsWith('Principal') ? { AWS: name } : name);
    test('tells two policies apart', () => {
      const having = (name: string) => allow({ [part]: value(name) });
      expect(isEquivalent(having('a'), having('a'))).toBe(true);
      expect(isEquivalent(having('a'), having('b'))).toBe(false);
      expect(isEquivalent(having('a'), allow({}))).toBe(false);
    });
  },
);

test('the version tells them apart where there are variables alone', () => {
  const variable = { Effect: 'Allow', Action: 'a:b', Resource: '${aws:username}' } as const;
  const versions = ['2012-10-17', '2008-10-17', undefined].map((Version): PolicyDocument => ({
    ...(Version !== undefined && { Version }),
    Statement: [variable],
  }));
  const [now, before, none] = versions;
  if (now === undefined || before === undefined || none === undefined) throw new Error('three');
  expect([isEquivalent(now, before), isEquivalent(before, none)]).toEqual([false, true]);
  // What is there already is not added once more; what only looks like it is.
  expect(union(now, now).Statement).toHaveLength(1);
  expect(union(now, before).Statement).toHaveLength(2);
});

const trust = (name: string) => allow({ Principal: { AWS: name } });

test('an account is its root, and nothing that only holds that text', () => {
  const root = 'arn:aws:iam::111122223333:root';
  expect(isEquivalent(trust('111122223333'), trust(root))).toBe(true);
  expect([`${root}x`, `x${root}`].map((name) => isEquivalent(trust('111122223333'), trust(name)))).toEqual([
    false,
    false,
  ]);
});

test('to be read, names are spelt as they are, keys are in order, and empty blocks are left out', () => {
  const Condition = { StringLike: { 'aws:B': 'y', 'aws:A': ['x'] }, Bool: {} };
  const [statement] = readableStatements(allow({ Action: 's3:Get', Resource: 'r', Condition }));
  expect(JSON.stringify(statement)).toBe(
    '{"Effect":"Allow","Action":["s3:Get"],"Resource":["r"],"Condition":{"StringLike":{"aws:A":["x"],"aws:B":["y"]}}}',
  );
  expect(readableStatements(allow({ Action: 'a', Condition: { Bool: {} } }))).toEqual([
    { Effect: 'Allow', Action: ['a'] },
  ]);
});
