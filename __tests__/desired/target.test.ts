/** The target of a run: accounts, ARNs, provider. */
import { expect, test } from '@jest/globals';
import { resolveTarget } from '../../src/desired/target.ts';
import { cluster, intent, issuerless, ownedRole } from '../support/factories.ts';
import {
  ACCOUNT,
  CLUSTER,
  CLUSTER_ARN,
  ISSUER,
  ISSUER_HOST,
  PROVIDER_ARN,
  REGION,
  ROLE,
  ROLE_ARN,
} from '../support/names.ts';

const china = cluster({ partition: 'aws-cn', region: 'cn-north-1' });
const referenced = (arn: string) => intent({ role: { kind: 'referenced', arn } });

test('a role of ours: in the account and partition of the cluster', () => {
  expect(resolveTarget(intent(), cluster())).toEqual({
    partition: 'aws',
    account: ACCOUNT,
    region: REGION,
    clusterName: CLUSTER,
    clusterArn: CLUSTER_ARN,
    issuer: ISSUER,
    roleArn: ROLE_ARN,
    roleName: ROLE,
    roleAccount: ACCOUNT,
    roleElsewhere: false,
    providerArn: PROVIDER_ARN,
    trustedProviderArn: PROVIDER_ARN,
  });
  const made = intent({ role: ownedRole({ path: '/a/b/', name: 'c' }) });
  expect(resolveTarget(made, china)).toMatchObject({
    roleArn: 'arn:aws-cn:iam::111122223333:role/a/b/c',
    roleName: 'c',
    roleElsewhere: false,
  });
});

test('a role made elsewhere is taken as it is named', () => {
  const elsewhere = 'arn:aws:iam::444455556666:role/a/b/c';
  expect(resolveTarget(referenced(elsewhere), cluster())).toMatchObject({
    account: ACCOUNT,
    roleArn: elsewhere,
    roleName: 'c',
    roleAccount: '444455556666',
    roleElsewhere: true,
    providerArn: PROVIDER_ARN,
  });
  expect(resolveTarget(referenced(ROLE_ARN), cluster()).roleElsewhere).toBe(false);
});

test.each([
  ['of the cluster’s account', ROLE_ARN, cluster(), PROVIDER_ARN],
  ['with an issuer that ends in a slash', ROLE_ARN, cluster({ issuer: `${ISSUER}/` }), PROVIDER_ARN],
  [
    'under a path, in another account and partition',
    'arn:aws-cn:iam::444455556666:role/team/role/reader',
    china,
    `arn:aws-cn:iam::444455556666:oidc-provider/${ISSUER_HOST}`,
  ],
  ['of a cluster without an issuer', ROLE_ARN, issuerless(), ''],
])('the trusted provider is that in the account of the role: %s', (_which, arn, on, expected) => {
  expect(resolveTarget(referenced(arn), on).trustedProviderArn).toBe(expected);
});

test('without an issuer there is no provider in the cluster’s account either', () => {
  expect(resolveTarget(intent(), issuerless())).toMatchObject({ issuer: '', providerArn: '' });
});
