import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { TrustScope } from '../../src/model/config.ts';
import type { PolicyDocument, Statement } from '../../src/model/policy.ts';
import { union } from '../../src/policy/meaning.ts';
import { irsaTrust, podIdentityTrust } from '../../src/policy/trust.ts';
import { admission, namedNamespaces } from '../../src/policy/trusted.ts';
import { cluster, issuerless } from '../support/factories.ts';
import { host, ISSUER, ISSUER_HOST, PROVIDER_ARN, SERVICE_ACCOUNT } from '../support/names.ts';
import { admits, type Mechanism, requestOf } from '../support/trust-evaluation.ts';

const place = { cluster: cluster(), serviceAccount: SERVICE_ACCOUNT };
const NAMES = [host('a'), host('b'), host('c'), 'default', 'own-name'];
const MECHANISMS: readonly Mechanism[] = ['irsa', 'pod-identity'];

const trust = (mechanism: Mechanism, namespaces: readonly string[], scope: TrustScope = 'exact') =>
  mechanism === 'irsa'
    ? irsaTrust({ ...place, scope, namespaces }, ISSUER)
    : podIdentityTrust({ ...place, scope, namespaces });

const irsa = (statement: Partial<Statement>): PolicyDocument => ({
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Federated: PROVIDER_ARN },
      Action: 'sts:AssumeRoleWithWebIdentity',
      ...statement,
    },
  ],
});

test('what was written is read again, by its own mechanism', () => {
  const some = fc.subarray(NAMES);
  fc.assert(
    fc.property(some, some, (first, second) => {
      const both = union(trust('irsa', first), trust('pod-identity', second));
      expect(namedNamespaces(both, { ...place, mechanism: 'irsa' })).toEqual(first.toSorted());
      expect(namedNamespaces(both, { ...place, mechanism: 'pod-identity' })).toEqual(second.toSorted());
    }),
  );
});

test('admission is judged as IAM judges it', () => {
  const scopes: readonly TrustScope[] = ['exact', 'pattern', 'any-namespace'];
  const document = fc
    .record({
      one: fc.constantFrom(...MECHANISMS),
      other: fc.constantFrom(...MECHANISMS),
      scope: fc.constantFrom(...scopes),
      names: fc.subarray(NAMES),
    })
    .map(({ one, other, scope, names }) => union(trust(one, names, scope), trust(other, ['default'])));
  fc.assert(
    fc.property(
      document,
      fc.constantFrom(...MECHANISMS),
      fc.constantFrom(...NAMES),
      (policy, mechanism, name) => {
        expect(admission(policy, { ...place, mechanism })(name)).toBe(
          admits(policy, requestOf(mechanism, name)),
        );
      },
    ),
  );
});

describe('a policy that others wrote', () => {
  const key = `${ISSUER_HOST}:sub`;
  const sub = `system:serviceaccount:mxp-a-system:${SERVICE_ACCOUNT}`;

  test.each<[string, PolicyDocument, readonly string[], boolean]>([
    ['one value without its list', irsa({ Condition: { StringEquals: { [key]: sub } } }), [host('a')], true],
    [
      'the key in another case',
      irsa({ Condition: { StringEquals: { [key.toUpperCase()]: sub } } }),
      [host('a')],
      true,
    ],
    ['no condition at all', irsa({}), [], true],
    ['another service account', irsa({ Condition: { StringEquals: { [key]: `${sub}-2` } } }), [], false],
    ['a subject of another kind', irsa({ Condition: { StringEquals: { [key]: `user:${sub}` } } }), [], false],
    [
      'one character open',
      irsa({ Condition: { StringLike: { [key]: sub.replace('-a-', '-?-') } } }),
      [],
      true,
    ],
    ['what it denies', irsa({ Effect: 'Deny', Condition: { StringEquals: { [key]: sub } } }), [], false],
    ['what it excludes', irsa({ Condition: { StringNotEquals: { [key]: sub } } }), [], true],
    [
      'anybody at all',
      { Statement: [{ Effect: 'Allow', Principal: '*', Action: 'sts:AssumeRole' }] },
      [],
      false,
    ],
    ['no principal', { Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole' }] }, [], false],
    ['another provider', irsa({ Principal: { Federated: `${PROVIDER_ARN}2` } }), [], false],
    ['several providers', irsa({ Principal: { Federated: ['arn:x', PROVIDER_ARN] } }), [], true],
  ])('%s', (_what, document, names, admitted) => {
    const reading = { ...place, mechanism: 'irsa' } as const;
    expect(namedNamespaces(document, reading)).toEqual(names);
    expect(admission(document, reading)(host('a'))).toBe(admitted);
  });

  test('a cluster without issuer trusts nobody by IRSA', () => {
    const reading = { ...place, cluster: issuerless(), mechanism: 'irsa' } as const;
    expect(admission(trust('irsa', NAMES), reading)(host('a'))).toBe(false);
  });
});
