/** This evaluation against another's: @cloud-copilot/iam-simulate, which follows IAM's documentation. */
import { expect, test } from '@jest/globals';
import { evaluatePolicies, evaluateTrust } from '../../sandbox/aws/policy/evaluate.ts';
import * as fc from 'fast-check';
import type { Statement } from '../../src/model/policy.ts';
import { evaluate } from '../../src/policy/evaluate.ts';
import { ACCOUNT, CLUSTER_ARN, ISSUER_HOST, PROVIDER_ARN, ROLE_ARN } from '../support/names.ts';
import { CONTEXT, documentOf, known, READ, SECRET, STS, SUB } from './known-request.ts';

const DECISIONS = {
  Allowed: 'allowed',
  ExplicitlyDenied: 'explicit-deny',
  ImplicitlyDenied: 'implicit-deny',
};

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
      const document = documentOf(...statements);
      const principal = { kind: 'Federated' as const, name: PROVIDER_ARN };
      const actual = evaluate([document], { principal, action: STS, context: known });
      const request = { principal: PROVIDER_ARN, account: ACCOUNT, action: STS, resource: ROLE_ARN };
      const expected = evaluateTrust({ ...request, context: CONTEXT }, JSON.stringify(document));
      expect(actual).toEqual({ decision: DECISIONS[expected], unknowns: [] });
    }),
    { numRuns: 2000 },
  );
});

const resources = fc.constantFrom(
  '*',
  SECRET,
  SECRET.replace('db-AbCdEf', '*'),
  SECRET.replace('prod/db-AbCdEf', 'pro?/*'),
  SECRET.replace('prod', 'other'),
  `arn:aws:secretsmanager:*:${ACCOUNT}:secret:*`,
);
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
      const document = documentOf(...statements);
      const request = { action: READ, resource: SECRET };
      const actual = evaluate([document], { ...request, context: known });
      const expected = evaluatePolicies(
        { ...request, principal: ROLE_ARN, account: ACCOUNT, context: CONTEXT },
        [{ name: 'inline', document: JSON.stringify(document) }],
      );
      expect(actual).toEqual({ decision: DECISIONS[expected], unknowns: [] });
    }),
    { numRuns: 2000 },
  );
});
