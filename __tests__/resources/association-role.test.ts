/** Whether EKS will take the role for associations. */
import { expect, test } from '@jest/globals';
import type { PolicyDocument, Statement } from '../../src/model/policy.ts';
import { association, intent, role } from '../support/factories.ts';
import { planFor } from '../support/plans.ts';
import { OTHER_ROLE_ARN, ROLE_ARN } from '../support/names.ts';
import { settledPods } from '../support/settled.ts';

const referenced = intent({ identity: 'pod-identity', role: { kind: 'referenced', arn: ROLE_ARN } });
const both = ['sts:AssumeRole', 'sts:TagSession'];
const pods = { Service: 'pods.eks.amazonaws.com' };

const documentOf = (...statements: readonly Partial<Statement>[]): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: statements.map((statement) => ({ Effect: 'Allow', ...statement })),
});

function blockers(trustPolicy: PolicyDocument, associations = [] as ReturnType<typeof association>[]) {
  const parts = settledPods(['a'], { associations, role: role({ trustPolicy }) });
  return planFor(referenced, parts).blockers.map(({ reason, message }) => `${reason}: ${message}`);
}

const REFUSED = [expect.stringMatching(/^invalid-input: .*EKS takes no association with such a role$/)];

test.each<[string, PolicyDocument, readonly unknown[]]>([
  ['both actions', documentOf({ Principal: pods, Action: both }), []],
  ['by patterns', documentOf({ Principal: pods, Action: 'sts:*' }), []],
  [
    'in two statements',
    documentOf(
      { Principal: pods, Action: 'sts:AssumeRole' },
      { Principal: { Service: ['ec2.amazonaws.com', pods.Service] }, Action: 'sts:TagSession' },
    ),
    [],
  ],
  [
    'under a condition, which EKS does not look at',
    documentOf({
      Principal: pods,
      Action: both,
      Condition: { StringEquals: { 'aws:RequestTag/kubernetes-namespace': 'elsewhere' } },
    }),
    [],
  ],
  ['a form that is not understood', documentOf({ NotPrincipal: { AWS: '*' }, Action: both }), []],
  [
    'both actions, beside a statement that denies, which EKS does not look at',
    documentOf({ Principal: pods, Action: both }, { Effect: 'Deny', Principal: pods, Action: both }),
    [],
  ],
  ['the other action', documentOf({ Principal: pods, Action: 'sts:TagSession' }), REFUSED],
  ['one action', documentOf({ Principal: pods, Action: 'sts:AssumeRole' }), REFUSED],
  ['another service', documentOf({ Principal: { Service: 'ec2.amazonaws.com' }, Action: both }), REFUSED],
  ['a statement that denies', documentOf({ Effect: 'Deny', Principal: pods, Action: both }), REFUSED],
])('a role made elsewhere that offers EKS %s', (_how, trustPolicy, expected) => {
  expect(blockers(trustPolicy)).toEqual(expected);
});

test('the plan says what is missing, as a statement to be pasted', () => {
  const parts = settledPods(['a'], { associations: [], role: role({ trustPolicy: documentOf() }) });
  expect(planFor(referenced, parts).blockers[0]?.next).toContain(
    '{"Effect":"Allow","Principal":{"Service":"pods.eks.amazonaws.com"},"Action":["sts:AssumeRole","sts:TagSession"]}',
  );
});

test('one that is pointed to the role is looked at as one that is made; one of someone else is not', () => {
  const oneAction = documentOf({ Principal: pods, Action: 'sts:AssumeRole' });
  expect(blockers(oneAction, [association('a', { roleArn: OTHER_ROLE_ARN })])).toEqual(REFUSED);
  expect(blockers(oneAction, [association('a', { tags: {} })])).toEqual([]);
});

test('where no association is written, nobody looks', () => {
  expect(blockers(documentOf({ Principal: pods, Action: 'sts:AssumeRole' }), [association('a', {})])).toEqual(
    [],
  );
});
