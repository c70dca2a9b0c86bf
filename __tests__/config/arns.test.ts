/** ARNs that AWS would refuse by their form: another partition, another region. */
import { describe, expect, test } from '@jest/globals';
import { partitionOf } from '../../src/config/arns.ts';
import { problems, type With } from './support.ts';

test.each([
  ['eu-central-1', 'aws'],
  ['ap-southeast-5', 'aws'],
  ['cn-north-1', 'aws-cn'],
  ['us-gov-west-1', 'aws-us-gov'],
  ['us-iso-east-1', 'aws-iso'],
  ['us-isob-east-1', 'aws-iso-b'],
  ['eu-isoe-west-1', 'aws-iso-e'],
  ['us-isof-south-1', 'aws-iso-f'],
  ['eusc-de-east-1', 'aws-eusc'],
  ['zz-north-1', undefined],
])('%s is of %s', (region, partition) => {
  expect(partitionOf(region)).toBe(partition);
});

const arns = (partition: string, region: string): readonly With[] => [
  { 'role-to-assume': `arn:${partition}:iam::111122223333:role/job` },
  { 'role-arn': `arn:${partition}:iam::111122223333:role/made`, 'secret-prefixes': '' },
  { 'assume-roles': `arn:${partition}:iam::444455556666:role/readers` },
  { identity: 'pod-identity', 'target-role-arn': `arn:${partition}:iam::444455556666:role/target` },
  { 'permissions-boundary': `arn:${partition}:iam::aws:policy/Boundary` },
  { 'kms-key-arns': `arn:${partition}:kms:${region}:111122223333:key/1234abcd` },
];

describe.each([
  ['eu-central-1', 'aws', 'aws-cn'],
  ['cn-north-1', 'aws-cn', 'aws'],
  ['us-gov-west-1', 'aws-us-gov', 'aws'],
])('in %s', (region, ours, other) => {
  test.each(arns(ours, region))('%j is taken', (inputs) => {
    expect(problems({ ...inputs, 'aws-region': region })).toEqual([]);
  });

  test.each(arns(other, region))('%j is refused', (inputs) => {
    const name = Object.keys(inputs).find((one) => one !== 'identity');
    expect(problems({ ...inputs, 'aws-region': region })).toEqual([
      `  - \`${name}\` is of partition \`${other}\`, but region \`${region}\` is of \`${ours}\`: nothing reaches from one into the other.`,
    ]);
  });
});

test('each other partition is named once, and the region of the environment counts', () => {
  const keys = ['aws-cn', 'aws-cn', 'aws', 'aws-us-gov'].map(
    (partition, n) => `arn:${partition}:kms:eu-central-1:111122223333:key/${n}`,
  );
  expect(problems({ 'kms-key-arns': keys.join('\n') }, 'push', 'eu-central-1')).toEqual([
    expect.stringContaining('is of partition `aws-cn`'),
    expect.stringContaining('is of partition `aws-us-gov`'),
  ]);
});

test('in a region of an unknown kind AWS has the word', () => {
  expect(problems({ ...arns('aws-zz', '')[0], 'aws-region': 'zz-north-1' })).toEqual([]);
});

const key = (region: string, account: string): string => `arn:aws:kms:${region}:${account}:key/mrk-1`;

test('a key of another region can encrypt nothing here; an account of its own it may have', () => {
  expect(problems({ 'kms-key-arns': key('eu-central-1', '999999999999') })).toEqual([]);
  const both = `${key('eu-west-1', '111122223333')}, ${key('eu-central-1', '111122223333')}`;
  expect(problems({ 'kms-key-arns': both })).toEqual([
    expect.stringContaining('`kms-key-arns` has a key of region `eu-west-1`'),
  ]);
});
