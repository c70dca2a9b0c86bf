/** The operators of conditions, one by one: on a key that a request has, and on one that it certainly lacks. */
import { describe, expect, test } from '@jest/globals';
import type { ConditionBlock } from '../../src/model/policy.ts';
import { conditionsHold } from '../../src/policy/conditions.ts';

const context = {
  values: new Map([
    ['aws:name', ['Ab']],
    ['aws:arn', ['arn:aws:iam::111122223333:role/a']],
    ['aws:flag', ['true']],
    ['aws:number', ['1']],
    ['aws:tagkeys', ['Ab']],
    ['sts:transitivetagkeys', ['Ab']],
    ['aws:principalorgpaths', ['Ab']],
    ['aws:principalservicenameslist', ['Ab']],
    ['aws:two', ['Ab', 'cd']],
  ]),
  isAbsent: (key: string) => key === 'aws:absent',
};

/** The answer, and what could not be evaluated. */
function held(block: ConditionBlock): readonly string[] {
  const unknowns: string[] = [];
  const truth = conditionsHold(block, { context, variables: true }, (what) => unknowns.push(what));
  return [truth, ...unknowns];
}
const on = (operator: string, key: string, value: string | readonly string[]) =>
  held({ [operator]: { [key]: value } })[0];

describe('an operator and its negation', () => {
  test.each([
    ['StringEquals', 'StringNotEquals', 'aws:name', 'Ab', 'ab'],
    ['StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase', 'aws:name', 'aB', 'c'],
    ['StringLike', 'StringNotLike', 'aws:name', 'A?', 'a*'],
    ['ArnEquals', 'ArnNotEquals', 'aws:arn', 'arn:aws:iam::*:role/*', 'arn:aws:iam::*:user/*'],
    ['ArnLike', 'ArnNotLike', 'aws:arn', 'arn:aws:iam::*:role/?', 'arn:aws:s3::*:role/?'],
  ])('%s, %s', (operator, negation, key, fitting, other) => {
    expect([fitting, other].map((value) => on(operator, key, value))).toEqual(['yes', 'no']);
    expect([fitting, other].map((value) => on(negation, key, value))).toEqual(['no', 'yes']);
    // Operators know no case.
    expect(on(operator.toLowerCase(), key, fitting)).toBe('yes');
    expect([operator, negation].map((name) => on(name, 'aws:absent', fitting))).toEqual(['no', 'yes']);
    expect([operator, negation].map((name) => on(`${name}IfExists`, 'aws:absent', fitting))).toEqual([
      'yes',
      'yes',
    ]);
    expect(on(operator, 'aws:other', fitting)).toBe('unknown');
  });

  test.each([
    ['NumericEquals', 'NumericNotEquals'],
    ['DateEquals', 'DateNotEquals'],
    ['IpAddress', 'NotIpAddress'],
  ])('%s, %s: of what a request has nothing is known', (operator, negation) => {
    expect([operator, negation].map((name) => on(name, 'aws:number', '1'))).toEqual(['unknown', 'unknown']);
    expect([operator, negation].map((name) => on(name, 'aws:absent', '1'))).toEqual(['no', 'yes']);
  });
});

test.each(
  ['Numeric', 'Date'].flatMap((kind) =>
    ['LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'].map((order) => `${kind}${order}`),
  ),
)('%s', (operator) => {
  expect([on(operator, 'aws:number', '1'), on(operator, 'aws:absent', '1')]).toEqual(['unknown', 'no']);
});

test('BinaryEquals, and what is no operator', () => {
  expect([on('BinaryEquals', 'aws:name', 'Ab'), on('BinaryEquals', 'aws:absent', 'Ab')]).toEqual([
    'unknown',
    'no',
  ]);
  expect([on('StringMatches', 'aws:name', 'Ab'), on('StringMatches', 'aws:absent', 'Ab')]).toEqual([
    'unknown',
    'unknown',
  ]);
});

test('Bool: a flag in any case, and nothing else', () => {
  expect(
    ['true', 'TRUE', 'False', 'yes', 'xtrue', 'truex'].map((value) => on('Bool', 'aws:flag', value)),
  ).toEqual(['yes', 'yes', 'no', 'unknown', 'unknown', 'unknown']);
  expect(on('Bool', 'aws:name', 'true')).toBe('unknown');
});

test('Null: whether a key is there', () => {
  expect(['true', 'false', 'TRUE'].map((value) => on('Null', 'aws:name', value))).toEqual([
    'no',
    'yes',
    'unknown',
  ]);
  expect(['true', 'false'].map((value) => on('Null', 'aws:absent', value))).toEqual(['yes', 'no']);
  expect(on('Null', 'aws:absent', ['true', 'false'])).toBe('unknown');
  expect(on('null', 'aws:absent', 'true')).toBe('yes');
  expect(['NullIfExists', 'ForAllValues:Null'].map((name) => on(name, 'aws:absent', 'true'))).toEqual([
    'unknown',
    'unknown',
  ]);
});

test.each([
  'aws:TagKeys',
  'sts:TransitiveTagKeys',
  'aws:PrincipalOrgPaths',
  'aws:PrincipalServiceNamesList',
  'aws:two',
])('a list without a quantifier can not be told: %s', (key) => {
  expect(on('StringEquals', key, 'Ab')).toBe('unknown');
  expect(on('ForAnyValue:StringEquals', key, 'Ab')).toBe('yes');
  expect(on('ForAllValues:StringLike', key, '*')).toBe('yes');
  expect(on('ForAllValues:StringEquals', key, 'Ab')).toBe(key === 'aws:two' ? 'no' : 'yes');
});

test('what could not be evaluated is told, and nothing of what could', () => {
  expect(held({ StringEquals: { 'aws:name': 'Ab' }, StringLike: { 'aws:Other': 'x' } })).toEqual([
    'unknown',
    'StringLike on aws:Other',
  ]);
});
