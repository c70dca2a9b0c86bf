/** The check of associations. */
import { expect, test } from '@jest/globals';
import type { Association } from '../../src/model/world.ts';
import { association } from '../support/factories.ts';
import { OTHER_ROLE_ARN, ROLE_ARN } from '../support/names.ts';
import { settledPods } from '../support/settled.ts';
import { byPod, foundOf } from './support.ts';

const TARGET = 'arn:aws:iam::444455556666:role/target';
const chained = { ...byPod, targetRoleArn: TARGET };

test.each<[string, Partial<Association>, string]>([
  ['none', {}, `fail: a-a does not go on to the target role ${TARGET}`],
  ['another', { targetRoleArn: OTHER_ROLE_ARN }, `fail: a-a gives the pods a target role, ${OTHER_ROLE_ARN}`],
  ['it', { targetRoleArn: TARGET }, `pass: a-a points to ${ROLE_ARN} and goes on to ${TARGET}`],
  [
    'it, with an id',
    { targetRoleArn: TARGET, externalId: 'id-1' },
    `pass: a-a points to ${ROLE_ARN} and goes on to ${TARGET}, whose trust policy can ask for external id id-1`,
  ],
])('a target role is wanted, and there is %s', (_what, overrides, said) => {
  const associations = [association('a', overrides)];
  expect(foundOf('association', settledPods(['a'], { associations }), chained)).toBe(said);
});

test.each<[string, readonly Association[], string]>([
  ['of ours', [association('a')], `pass: a-a points to ${ROLE_ARN}`],
  ['of anybody', [association('a', { tags: {} })], `pass: a-a points to ${ROLE_ARN}`],
  ['of none', [association('b')], 'fail: there is no association'],
  [
    'to another role',
    [association('a', { roleArn: OTHER_ROLE_ARN })],
    `fail: a-a points to ${OTHER_ROLE_ARN}, not ${ROLE_ARN}`,
  ],
  [
    'with a target role',
    [association('a', { targetRoleArn: OTHER_ROLE_ARN })],
    `fail: a-a gives the pods a target role, ${OTHER_ROLE_ARN}`,
  ],
  [
    'with a session policy',
    [association('a', { hasPolicy: true })],
    'warn: a-a has a session policy that narrows the role',
  ],
])('%s', (_what, associations, said) => {
  expect(foundOf('association', settledPods(['a'], { associations }), byPod)).toBe(said);
});
