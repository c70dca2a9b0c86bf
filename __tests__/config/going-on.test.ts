/** Rules of the inputs that name roles to go on to. */
import { describe, expect, test } from '@jest/globals';
import { problems, read, type With } from './support.ts';

const ARN = 'arn:aws:iam::444455556666:role/readers';
const PODS: With = { identity: 'pod-identity' };
const ELSEWHERE: With = { 'role-arn': ARN, 'secret-prefixes': '' };

describe('the roles to go on to', () => {
  test.each<[string, With, RegExp]>([
    [
      'those of stores shape the role',
      { ...ELSEWHERE, 'assume-roles': ARN },
      /`assume-roles` can't stand beside `role-arn`/,
    ],
    ['a target is no matter of IRSA', { 'target-role-arn': ARN }, /needs `identity: pod-identity`/],
    ['nor the role itself', { ...PODS, ...ELSEWHERE, 'target-role-arn': ARN }, /is `role-arn` itself/],
    ['no wildcards', { 'assume-roles': 'arn:aws:iam::444455556666:role/a*/b' }, /without wildcards/],
  ])('%s', (_what, inputs, said) => {
    expect(problems(inputs)).toEqual([expect.stringMatching(said)]);
  });

  test.each<[With]>([
    [{ 'assume-roles': `${ARN}\n${ARN}-2` }],
    [{ ...PODS, 'target-role-arn': ARN }],
    [{ ...PODS, ...ELSEWHERE, 'target-role-arn': `${ARN}-2` }],
  ])('%j is taken', (inputs) => {
    expect(problems(inputs)).toEqual([]);
  });

  test('stores go on from the target role: both together are said to be of no use', () => {
    expect(read({ ...PODS, 'target-role-arn': ARN }).warnings).toEqual([]);
    expect(read({ 'assume-roles': ARN }).warnings).toEqual([]);
    expect(read({ ...PODS, 'target-role-arn': ARN, 'assume-roles': ARN }).warnings).toEqual([
      expect.stringContaining('stores go on from the target role'),
    ]);
  });
});
