/** The trust policies that are written, and how many control planes fit. */
import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import type { TrustScope } from '../../src/model/config.ts';
import type { Cluster } from '../../src/model/world.ts';
import { policySize } from '../../src/policy/equivalence.ts';
import { irsaTrust, podIdentityTrust, untaggedTrust } from '../../src/policy/trust-documents.ts';
import { cluster, intent } from '../support/factories.ts';
import { CLUSTER_ARN, host, ISSUER_HOST, PROVIDER_ARN, SERVICE_ACCOUNT, uuid } from '../support/names.ts';
import { admits, type Mechanism, requestOf } from '../support/trust-evaluation.ts';
import { placeOf } from '../support/world-of.ts';

const trusted = (namespaces: readonly string[], scope: TrustScope = 'exact', place: Cluster = cluster()) => ({
  target: placeOf(intent(), place).target,
  scope,
  namespaces,
  serviceAccount: SERVICE_ACCOUNT,
});

const build = (mechanism: Mechanism, namespaces: readonly string[], scope: TrustScope) =>
  mechanism === 'irsa' ? irsaTrust(trusted(namespaces, scope)) : podIdentityTrust(trusted(namespaces, scope));

const sub = (namespace: string): string => `system:serviceaccount:${namespace}:${SERVICE_ACCOUNT}`;

describe('the documents, word for word', () => {
  test('IRSA, exact', () => {
    expect(irsaTrust(trusted([host('b'), host('a'), host('b')]))).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Federated: PROVIDER_ARN },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: {
            StringEquals: {
              [`${ISSUER_HOST}:aud`]: 'sts.amazonaws.com',
              [`${ISSUER_HOST}:sub`]: [sub('mxp-a-system'), sub('mxp-b-system')],
            },
          },
        },
      ],
    });
  });

  test.each<[TrustScope, string | readonly string[]]>([
    ['pattern', [sub('mxp-*-system'), sub('own-name')]],
    ['any-namespace', sub('*')],
  ])('IRSA, %s', (scope, subjects) => {
    const [statement] = irsaTrust(trusted([host('a'), 'own-name'], scope)).Statement;
    expect(statement?.Condition).toEqual({
      StringEquals: { [`${ISSUER_HOST}:aud`]: 'sts.amazonaws.com' },
      StringLike: { [`${ISSUER_HOST}:sub`]: subjects },
    });
  });

  test('nobody yet: a condition on a namespace that none can have', () => {
    expect(irsaTrust(trusted([])).Statement[0]?.Condition).toEqual({
      StringEquals: { [`${ISSUER_HOST}:aud`]: 'sts.amazonaws.com', [`${ISSUER_HOST}:sub`]: sub('-') },
    });
    expect(podIdentityTrust(trusted([])).Statement[0]?.Condition).toMatchObject({
      StringEquals: { 'aws:RequestTag/kubernetes-namespace': '-' },
    });
  });

  test('Pod Identity, without session tags', () => {
    expect(untaggedTrust(placeOf(intent()).target)).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'pods.eks.amazonaws.com' },
          Action: ['sts:AssumeRole', 'sts:TagSession'],
          Condition: {
            StringEquals: { 'aws:SourceAccount': '111122223333' },
            ArnEquals: { 'aws:SourceArn': CLUSTER_ARN },
          },
        },
      ],
    });
  });

  test('Pod Identity, exact', () => {
    expect(podIdentityTrust(trusted([host('a')]))).toEqual({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'pods.eks.amazonaws.com' },
          Action: ['sts:AssumeRole', 'sts:TagSession'],
          Condition: {
            StringEquals: {
              'aws:SourceAccount': '111122223333',
              'aws:RequestTag/kubernetes-service-account': SERVICE_ACCOUNT,
              'aws:RequestTag/kubernetes-namespace': 'mxp-a-system',
            },
            ArnEquals: { 'aws:SourceArn': CLUSTER_ARN },
          },
        },
      ],
    });
  });

  test.each<[TrustScope, object]>([
    ['pattern', { StringLike: { 'aws:RequestTag/kubernetes-namespace': 'mxp-*-system' } }],
    ['any-namespace', {}],
  ])('Pod Identity, %s', (scope, likes) => {
    const [statement] = podIdentityTrust(trusted([host('a')], scope)).Statement;
    expect(statement?.Condition).toEqual({
      StringEquals: {
        'aws:SourceAccount': '111122223333',
        'aws:RequestTag/kubernetes-service-account': SERVICE_ACCOUNT,
      },
      ...likes,
      ArnEquals: { 'aws:SourceArn': CLUSTER_ARN },
    });
  });

  test.each([
    ['aws-cn', 'cn-north-1', 'https://oidc.eks.cn-north-1.amazonaws.com.cn/id/X/'],
    ['aws-us-gov', 'us-gov-west-1', 'https://oidc.eks.us-gov-west-1.amazonaws.com/id/X'],
  ])('%s: its own ARNs, the same principals and audience', (partition, region, issuer) => {
    const arn = `arn:${partition}:eks:${region}:111122223333:cluster/space-prod`;
    const place = cluster({ partition, region, arn, issuer });
    const [irsa] = irsaTrust(trusted([host('a')], 'exact', place)).Statement;
    const path = issuer.replace('https://', '').replace(/\/$/, '');
    expect(irsa?.Principal).toEqual({
      Federated: `arn:${partition}:iam::111122223333:oidc-provider/${path}`,
    });
    expect(irsa?.Condition?.['StringEquals']).toMatchObject({ [`${path}:aud`]: 'sts.amazonaws.com' });
    const [pods] = podIdentityTrust(trusted([host('a')], 'exact', place)).Statement;
    expect(pods?.Principal).toEqual({ Service: 'pods.eks.amazonaws.com' });
    expect(pods?.Condition?.['ArnEquals']).toEqual({ 'aws:SourceArn': arn });
  });
});

const NAMES = [host('a'), host('b'), host(uuid(1)), 'default', 'own-name', 'mxp-system', 'xmxp-a-system'];

describe('whom they admit', () => {
  test('exactly the namespaces, this service account and no other, this audience and no other', () => {
    const some = fc.subarray(NAMES);
    fc.assert(
      fc.property(some, fc.constantFrom<Mechanism>('irsa', 'pod-identity'), (namespaces, mechanism) => {
        const document = build(mechanism, namespaces, 'exact');
        for (const name of NAMES) {
          expect(admits(document, requestOf(mechanism, name))).toBe(namespaces.includes(name));
          expect(admits(document, requestOf(mechanism, name, 'default'))).toBe(false);
          expect(admits(document, requestOf('irsa', name, SERVICE_ACCOUNT, 'another'))).toBe(false);
          expect(admits(document, requestOf(mechanism === 'irsa' ? 'pod-identity' : 'irsa', name))).toBe(
            false,
          );
        }
      }),
    );
  });

  test.each<[Mechanism]>([['irsa'], ['pod-identity']])('%s: as wide as the scope says', (mechanism) => {
    const pattern = build(mechanism, ['own-name'], 'pattern');
    const any = build(mechanism, [], 'any-namespace');
    const who = (document: typeof any) =>
      NAMES.filter((name) => admits(document, requestOf(mechanism, name)));
    expect(who(pattern)).toEqual([host('a'), host('b'), host(uuid(1)), 'own-name']);
    expect(who(any)).toEqual(NAMES);
    expect(admits(any, requestOf(mechanism, 'default', 'default'))).toBe(false);
  });
});

const ids = (count: number) => Array.from({ length: count }, (_, n) => host(uuid(n)));

describe('how many fit', () => {
  test.each([
    [1, 545],
    [16, 2047],
    [17, 2147],
  ])('IRSA: %i control planes take %i characters', (count, size) => {
    expect(policySize(irsaTrust(trusted(ids(count))))).toBe(size);
  });

  test('Pod Identity: 32 fit 2,048 characters, 33 do not', () => {
    expect(policySize(podIdentityTrust(trusted(ids(32))))).toBeLessThanOrEqual(2048);
    expect(policySize(podIdentityTrust(trusted(ids(33))))).toBeGreaterThan(2048);
  });

  test.each<[Mechanism]>([['irsa'], ['pod-identity']])('%s: a pattern never grows', (mechanism) => {
    expect(build(mechanism, ids(500), 'pattern')).toEqual(build(mechanism, ids(1), 'pattern'));
  });
});
