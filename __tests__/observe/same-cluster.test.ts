/** Whether the cluster that was looked at is the one that was named. */
import { expect, test } from '@jest/globals';
import type { ClusterIdentity } from '../../src/model/cluster-identity.ts';
import { sameCluster } from '../../src/observe/same-cluster.ts';
import { cluster } from '../support/factories.ts';
import { ISSUER } from '../support/names.ts';

const pem = (body: string): string => `-----BEGIN CERTIFICATE-----\n${body}\n-----END CERTIFICATE-----\n`;
const EKS = cluster({ certificateAuthority: pem('AAAA\nBBBB') });

test.each<[string, ClusterIdentity | undefined, string]>([
  ['no kubeconfig was given', undefined, 'same'],
  ['the same authority', { certificateAuthorities: ['AAAABBBB'] }, 'same'],
  ['another authority, the same issuer', { certificateAuthorities: ['CCCC'], issuer: ISSUER }, 'same'],
  ['the authorities of the runner, the same issuer', { certificateAuthorities: [], issuer: ISSUER }, 'same'],
  [
    'a further authority, which may have signed for another',
    { certificateAuthorities: ['AAAABBBB', 'CCCC'] },
    'unknown',
  ],
  ['neither authority nor issuer', { certificateAuthorities: [], whyNoIssuer: 'forbidden' }, 'unknown'],
  ['another of both', { certificateAuthorities: ['CCCC'], issuer: 'https://elsewhere' }, 'other'],
])('%s', (_what, seen, kind) => {
  expect(sameCluster(EKS, seen).kind).toBe(kind);
});

test('a cluster without an issuer is not taken for any that has none to show', () => {
  const { issuer: _issuer, ...local } = EKS;
  expect(sameCluster(local, { certificateAuthorities: ['CCCC'], whyNoIssuer: 'forbidden' })).toEqual({
    kind: 'unknown',
    why: 'its certificate authority is another one, and its token issuer could not be read: forbidden',
  });
});
