/** The evaluation of trust policies against another of the same rules, and what it does not know. */
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { Identity, TrustScope } from '../../src/model/config.ts';
import type { PolicyDocument, Statement } from '../../src/model/policy.ts';
import type { TrustRequest } from '../../src/model/trust.ts';
import { union } from '../../src/policy/equivalence.ts';
import { irsaTrust, podIdentityTrust } from '../../src/policy/trust-documents.ts';
import { admitsPodIdentity, admitsWebIdentity } from '../../src/policy/trust-evaluation.ts';
import { intent } from '../support/factories.ts';
import { host, ISSUER_HOST, PROVIDER_ARN, SERVICE_ACCOUNT } from '../support/names.ts';
import { admits, requestOf } from '../support/trust-evaluation.ts';
import { placeOf } from '../support/world-of.ts';

const { target } = placeOf(intent());
const NAMES = [host('a'), host('b'), 'default', 'own-name'];
const TRUST = { irsa: irsaTrust, 'pod-identity': podIdentityTrust } as const;
const ADMITS = { irsa: admitsWebIdentity, 'pod-identity': admitsPodIdentity } as const;

const request = (overrides: Partial<TrustRequest> = {}): TrustRequest => ({
  target,
  namespace: host('a'),
  serviceAccount: SERVICE_ACCOUNT,
  audience: 'sts.amazonaws.com',
  clusterArn: target.clusterArn,
  sessionTags: true,
  ...overrides,
});

const identities = fc.constantFrom<Identity>('irsa', 'pod-identity');
const documents = fc
  .record({
    identity: identities,
    scope: fc.constantFrom<TrustScope>('exact', 'pattern', 'any-namespace'),
    namespaces: fc.subarray(NAMES),
  })
  .map(({ identity, ...rest }) => TRUST[identity]({ ...rest, target, serviceAccount: SERVICE_ACCOUNT }));

test('it admits whom another evaluation admits', () => {
  fc.assert(
    fc.property(
      fc.tuple(documents, documents).map(([first, second]) => union(first, second)),
      identities,
      fc.constantFrom(...NAMES),
      fc.constantFrom(SERVICE_ACCOUNT, 'default'),
      (document, identity, namespace, serviceAccount) => {
        const { kind } = ADMITS[identity](document, request({ namespace, serviceAccount }));
        const isAdmitted = admits(document, requestOf(identity, namespace, serviceAccount));
        expect(kind).toBe(isAdmitted ? 'admitted' : 'refused');
      },
    ),
  );
});

const webIdentity = (Condition: NonNullable<Statement['Condition']>): PolicyDocument => ({
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Federated: PROVIDER_ARN },
      Action: 'sts:AssumeRoleWithWebIdentity',
      Condition,
    },
  ],
});
const podIdentity = (Condition: NonNullable<Statement['Condition']>): PolicyDocument => ({
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'pods.eks.amazonaws.com' },
      Action: ['sts:AssumeRole', 'sts:TagSession'],
      Condition,
    },
  ],
});

describe('what such a request holds', () => {
  test.each<[string, PolicyDocument, string]>([
    [
      'its own claims, their keys in any case',
      webIdentity({ StringEquals: { [`${ISSUER_HOST}:AUD`]: 'sts.amazonaws.com' } }),
      'admitted',
    ],
    ['no claim of another issuer', webIdentity({ StringEquals: { 'example.com:sub': 'x' } }), 'refused'],
    [
      'no tags',
      webIdentity({ StringEquals: { 'aws:RequestTag/kubernetes-namespace': host('a') } }),
      'refused',
    ],
    ['no service', webIdentity({ StringEquals: { 'aws:SourceAccount': '111122223333' } }), 'refused'],
    [
      'a claim that is not read here',
      webIdentity({ StringEquals: { [`${ISSUER_HOST}:email`]: 'x' } }),
      'unknown',
    ],
  ])('by IRSA: %s', (_what, document, kind) => {
    expect(admitsWebIdentity(document, request()).kind).toBe(kind);
  });

  test.each<[string, PolicyDocument, Partial<TrustRequest>, string]>([
    ['the cluster', podIdentity({ ArnEquals: { 'aws:SourceArn': target.clusterArn } }), {}, 'admitted'],
    [
      'no other cluster',
      podIdentity({ ArnEquals: { 'aws:SourceArn': target.clusterArn } }),
      { clusterArn: `${target.clusterArn}-2` },
      'refused',
    ],
    [
      'the name of the cluster as a tag',
      podIdentity({ StringEquals: { 'aws:RequestTag/eks-cluster-name': target.clusterName } }),
      {},
      'admitted',
    ],
    [
      'six tags',
      podIdentity({ 'ForAnyValue:StringEquals': { 'aws:TagKeys': 'kubernetes-pod-uid' } }),
      {},
      'admitted',
    ],
    [
      'a pod that is not known here',
      podIdentity({ StringEquals: { 'aws:RequestTag/kubernetes-pod-name': 'x' } }),
      {},
      'unknown',
    ],
    [
      'no tags when they are off',
      podIdentity({ StringEquals: { 'aws:RequestTag/kubernetes-pod-name': 'x' } }),
      { sessionTags: false },
      'refused',
    ],
    ['no claim', podIdentity({ StringEquals: { [`${ISSUER_HOST}:sub`]: 'x' } }), {}, 'refused'],
    ['no external id', podIdentity({ StringEquals: { 'sts:ExternalId': 'x' } }), {}, 'refused'],
    ['no federated provider', podIdentity({ StringEquals: { 'aws:FederatedProvider': 'x' } }), {}, 'refused'],
    [
      'an address that is not known here',
      podIdentity({ IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } }),
      {},
      'unknown',
    ],
  ])('by Pod Identity: %s', (_what, document, overrides, kind) => {
    expect(admitsPodIdentity(document, request(overrides)).kind).toBe(kind);
  });
});

test('a denial is told from a missing allowance, and what is unknown is named once', () => {
  const sound = podIdentityTrust({
    target,
    scope: 'exact',
    namespaces: [host('a')],
    serviceAccount: SERVICE_ACCOUNT,
  });
  const deny: Statement = { Effect: 'Deny', Principal: '*', Action: 'sts:TagSession' };
  expect(admitsPodIdentity({ Statement: [...sound.Statement, deny] }, request())).toEqual({
    kind: 'refused',
    unknowns: [],
    denied: true,
  });
  expect(admitsPodIdentity({ Statement: [] }, request())).toEqual({
    kind: 'refused',
    unknowns: [],
    denied: false,
  });
  expect(admitsPodIdentity(podIdentity({ IpAddress: { 'aws:SourceIp': '1' } }), request())).toEqual({
    kind: 'unknown',
    unknowns: ['IpAddress on aws:SourceIp'],
    denied: false,
  });
});
