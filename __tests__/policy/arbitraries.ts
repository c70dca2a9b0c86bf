/** Statements as people write them, right and odd, and requests of which more or less is known. */
import * as fc from 'fast-check';
import type { ConditionBlock, Statement } from '../../src/model/policy.ts';
import type { RequestContext } from '../../src/policy/conditions.ts';
import { ACCOUNT, CLUSTER_ARN, ISSUER_HOST, PROVIDER_ARN } from '../support/names.ts';
import { READ, SECRET, STS, SUB } from './known-request.ts';

const some = <T>(values: fc.Arbitrary<T>, maxLength = 2) => fc.array(values, { minLength: 1, maxLength });

/** Values that the keys may have in a request; a key may be absent too. */
const CANDIDATES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  [`${ISSUER_HOST}:sub`]: [[SUB], ['system:serviceaccount:default:eso']],
  'aws:SourceArn': [[CLUSTER_ARN], [`${CLUSTER_ARN}-other`]],
  'aws:SourceAccount': [[ACCOUNT], ['444455556666']],
  'aws:RequestTag/team': [['prod'], ['one'], ['pro*']],
  'aws:TagKeys': [['one'], ['one', 'two'], ['three']],
  'aws:SecureTransport': [['true'], ['false']],
  'aws:MultiFactorAuthAge': [['10'], ['7200']],
  'aws:CurrentTime': [['2026-11-27T12:00:00Z'], ['2020-01-01T00:00:00Z']],
  'aws:SourceIp': [['192.0.2.7'], ['10.1.2.3']],
};

const texts = some(
  fc.constantFrom(
    SUB,
    'system:serviceaccount:*:eso',
    'one',
    'pro*',
    'pro${*}',
    't??ee',
    ACCOUNT,
    '*',
    'PROD',
    '${aws:RequestTag/team}',
    "${aws:RequestTag/team, 'one'}",
    '${aws:SourceAccount',
    '${$}x',
  ),
  3,
);
const arns = some(
  fc.constantFrom(
    CLUSTER_ARN,
    'arn:aws:eks:*:*:cluster/space-*',
    'arn:aws:eks:*',
    `arn:aws:eks:*:\${aws:SourceAccount}:cluster/*`,
    '*',
  ),
);
const anyKey = fc.constantFrom(...Object.keys(CANDIDATES), 'aws:RequestTag/never');
const STRING_OPERATORS = [
  'StringEquals',
  'StringNotEquals',
  'StringEqualsIgnoreCase',
  'StringNotEqualsIgnoreCase',
  'StringLike',
  'StringNotLike',
];
const form = (names: readonly string[]) =>
  fc
    .tuple(
      fc.constantFrom('', '', '', 'ForAnyValue:', 'ForAllValues:'),
      fc.constantFrom(...names),
      fc.constantFrom('', '', 'IfExists'),
      fc.boolean(),
    )
    .map(([set, name, suffix, lower]) => `${set}${lower ? name.toLowerCase() : name}${suffix}`);

const tests: fc.Arbitrary<readonly [string, string, string | readonly string[]]> = fc.oneof(
  fc.tuple(form(STRING_OPERATORS), anyKey, texts),
  fc.tuple(form(['ArnLike', 'ArnEquals', 'ArnNotLike', 'ArnNotEquals']), fc.constant('aws:SourceArn'), arns),
  fc.tuple(
    form(['Bool']),
    fc.constantFrom('AWS:SecureTransport', 'aws:RequestTag/never'),
    fc.constantFrom('true', 'False'),
  ),
  fc.tuple(
    form(['NumericLessThan', 'NumericEquals', 'NumericNotEquals', 'NumericGreaterThanEquals']),
    fc.constantFrom('aws:MultiFactorAuthAge', 'aws:RequestTag/never'),
    fc.constant('3600'),
  ),
  fc.tuple(
    form(['DateGreaterThan', 'DateNotEquals', 'DateLessThanEquals']),
    fc.constant('aws:CurrentTime'),
    fc.constant('2025-01-01T00:00:00Z'),
  ),
  fc.tuple(
    form(['IpAddress', 'NotIpAddress']),
    fc.constant('aws:SourceIp'),
    some(fc.constantFrom('192.0.2.0/24', '10.0.0.0/8')),
  ),
  fc.tuple(fc.constantFrom('Null', 'null'), anyKey, fc.constantFrom('true', 'false')),
);

const conditions: fc.Arbitrary<ConditionBlock> = fc
  .array(tests, { maxLength: 3 })
  .map((all) => Object.fromEntries(all.map(([operator, key, values]) => [operator, { [key]: values }])));
const effect = fc.constantFrom<Statement['Effect']>('Allow', 'Allow', 'Allow', 'Deny');

const actions = some(
  fc.constantFrom(READ, 'secretsmanager:*', 'SecretsManager:get*', 'secretsmanager:PutSecretValue', '*'),
);
const resources = some(
  fc.constantFrom(
    '*',
    SECRET,
    SECRET.replace('db-AbCdEf', '??-??????'),
    SECRET.replace('prod/', '${aws:RequestTag/team}/'),
    SECRET.replace(ACCOUNT, '*').replace('db-AbCdEf', '*'),
    SECRET.replace('prod', 'other'),
    'arn:aws:secretsmanager:*',
    'arn:aws:ssm:*:*:*',
  ),
);

/** Of a policy of the caller's. */
export const accessStatements: fc.Arbitrary<readonly Statement[]> = some(
  fc
    .tuple(
      effect,
      fc.oneof(
        actions.map((Action) => ({ Action })),
        actions.map((NotAction) => ({ NotAction })),
      ),
      fc.oneof(
        resources.map((Resource) => ({ Resource })),
        resources.map((NotResource) => ({ NotResource })),
      ),
      conditions,
    )
    .map(([Effect, what, where, Condition]): Statement => ({ Effect, ...what, ...where, Condition })),
  3,
);

/** Of a trust policy. */
export const trustStatements: fc.Arbitrary<readonly Statement[]> = some(
  fc
    .record({
      Effect: effect,
      Principal: fc.constantFrom<NonNullable<Statement['Principal']>>(
        { Federated: PROVIDER_ARN },
        { Federated: [PROVIDER_ARN, `${PROVIDER_ARN}X`], AWS: ACCOUNT },
        { Service: 'pods.eks.amazonaws.com' },
        '*',
      ),
      Action: some(fc.constantFrom(STS, 'STS:assumeRole*', 'sts:TagSession', '*')),
      Condition: conditions,
    })
    .map((statement): Statement => statement),
  3,
);

/** What a request holds, of which a part is not known. */
export interface PartlyKnown {
  readonly context: RequestContext;
  /** The whole of it, as another evaluation takes it. */
  readonly whole: Readonly<Record<string, string | string[]>>;
}

const MULTIPLE = 'aws:TagKeys';

export const requests: fc.Arbitrary<PartlyKnown> = fc
  .record({
    chosen: fc.tuple(
      ...Object.entries(CANDIDATES).map(([key, lists]) =>
        fc.constantFrom(undefined, ...lists).map((values) => [key, values] as const),
      ),
    ),
    hidden: fc.subarray(Object.keys(CANDIDATES)),
  })
  .map(({ chosen, hidden }) => {
    const held = chosen.flatMap(([key, values]) => (values === undefined ? [] : [[key, values] as const]));
    const known = held.filter(([key]) => !hidden.includes(key));
    const secret = new Set(hidden.map((key) => key.toLowerCase()));
    return {
      context: {
        values: new Map(known.map(([key, values]) => [key.toLowerCase(), values])),
        isAbsent: (key) => !secret.has(key),
      },
      whole: Object.fromEntries(
        held.map(([key, values]) => [key, key === MULTIPLE ? [...values] : (values[0] ?? '')]),
      ),
    };
  });
