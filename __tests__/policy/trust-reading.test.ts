/** Who a trust policy admits, by each mechanism. */
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Identity, TrustScope } from '../../src/model/config.ts';
import type { PolicyDocument, Statement } from '../../src/model/policy.ts';
import { union } from '../../src/policy/equivalence.ts';
import { irsaTrust, podIdentityTrust } from '../../src/policy/trust-documents.ts';
import { IRSA_TRUST, POD_IDENTITY_TRUST, readTrust } from '../../src/policy/trust-reading.ts';
import { intent, issuerless } from '../support/factories.ts';
import { host, ISSUER_HOST, PROVIDER_ARN, SERVICE_ACCOUNT } from '../support/names.ts';
import { admits, requestOf } from '../support/trust-evaluation.ts';
import { placeOf } from '../support/world-of.ts';

const { target } = placeOf(intent());
const NAMES = [host('a'), host('b'), host('c'), 'default', 'own-name'];
const IDENTITIES: readonly Identity[] = ['irsa', 'pod-identity'];
const FORMS = { irsa: IRSA_TRUST, 'pod-identity': POD_IDENTITY_TRUST } as const;

const trust = (identity: Identity, namespaces: readonly string[], scope: TrustScope = 'exact') => {
  const trusted = { target, serviceAccount: SERVICE_ACCOUNT, scope, namespaces };
  return identity === 'irsa' ? irsaTrust(trusted) : podIdentityTrust(trusted);
};

const read = (document: PolicyDocument, identity: Identity, from = target) =>
  readTrust(document, FORMS[identity], from, SERVICE_ACCOUNT);

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
      expect(read(both, 'irsa').named).toEqual(new Set(first));
      expect(read(both, 'pod-identity').named).toEqual(new Set(second));
    }),
  );
});

test('admission is judged as IAM judges it', () => {
  const scopes: readonly TrustScope[] = ['exact', 'pattern', 'any-namespace'];
  const identities = fc.constantFrom(...IDENTITIES);
  const documents = fc
    .record({
      first: identities,
      second: identities,
      scope: fc.constantFrom(...scopes),
      names: fc.subarray(NAMES),
    })
    .map(({ first, second, scope, names }) => union(trust(first, names, scope), trust(second, ['default'])));
  fc.assert(
    fc.property(documents, identities, fc.constantFrom(...NAMES), (document, identity, name) => {
      expect(read(document, identity).admits(name)).toBe(admits(document, requestOf(identity, name)));
    }),
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
    const reading = read(document, 'irsa');
    expect(reading.named).toEqual(new Set(names));
    expect(reading.admits(host('a'))).toBe(admitted);
  });

  test('a cluster without issuer trusts nobody by IRSA', () => {
    const bare = placeOf(intent(), issuerless()).target;
    expect(read(trust('irsa', NAMES), 'irsa', bare).admits(host('a'))).toBe(false);
  });
});
