/** The files that a cluster's servers read, written before they start. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import type { JWK } from 'jose';
import { stringify } from 'yaml';
import { createAuthority } from '../certificates.ts';
import { schedulerConfig } from './components/scheduler.ts';
import { writeKubeconfig } from './kubeconfig.ts';
import type { ClusterPaths } from './paths.ts';
import { createServiceAccountKeys } from './service-account-keys.ts';
import type { ClusterOptions } from './types.ts';

export interface Prepared {
  readonly caPem: string;
  readonly publicKey: JWK;
}

/** Writes the files that the servers read: certificates, keys, kubeconfigs, configuration. */
export async function prepare(
  paths: ClusterPaths,
  endpoint: string,
  { tokenReview, auditedGroup }: ClusterOptions,
): Promise<Prepared> {
  await mkdir(paths.directory, { recursive: true, mode: 0o700 });
  // Its contents belong to the keys of an earlier start.
  await rm(paths.etcdData, { recursive: true, force: true });

  const authority = await createAuthority('kubernetes');
  const server = await authority.issue(
    [
      '127.0.0.1',
      'localhost',
      '10.100.0.1',
      'kubernetes.default.svc',
      'kubernetes.default.svc.cluster.local',
    ],
    { commonName: 'kube-apiserver' },
  );
  const masters = ['system:masters'];
  const admin = await authority.issue([], { commonName: 'kubernetes-admin', organizations: masters });
  const component = await authority.issue([], { commonName: 'sandbox-component', organizations: masters });
  const keys = await createServiceAccountKeys();

  await Promise.all([
    write(paths.ca, authority.certPem),
    write(paths.serverCertificate, server.certPem),
    write(paths.serverKey, server.keyPem),
    write(paths.serviceAccountPrivateKey, keys.privatePem),
    write(paths.serviceAccountPublicKey, keys.publicPem),
    write(paths.auditPolicy, auditPolicy(auditedGroup)),
    write(paths.schedulerConfig, schedulerConfig(paths)),
    ...(tokenReview === undefined ? [] : [write(paths.tokenReview, webhookConfig(tokenReview))]),
    writeKubeconfig({
      file: paths.adminKubeconfig,
      endpoint,
      caPem: authority.certPem,
      user: 'kubernetes-admin',
      certificate: admin,
    }),
    writeKubeconfig({
      file: paths.componentKubeconfig,
      endpoint,
      caPem: authority.certPem,
      user: 'sandbox-component',
      certificate: component,
    }),
  ]);
  return { caPem: authority.certPem, publicKey: keys.jwk };
}

/** One event for each request of the group, once it is answered; none for all others. */
function auditPolicy(group: string): string {
  return stringify({
    apiVersion: 'audit.k8s.io/v1',
    kind: 'Policy',
    omitStages: ['RequestReceived'],
    rules: [{ level: 'Metadata', userGroups: [group] }, { level: 'None' }],
  });
}

/** The API server reads the address of its webhook from a file in the form of a kubeconfig. */
function webhookConfig({ url, caPem }: { url: string; caPem: string }): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [
      {
        name: 'token-review',
        cluster: { server: url, 'certificate-authority-data': Buffer.from(caPem).toString('base64') },
      },
    ],
    users: [{ name: 'kube-apiserver', user: {} }],
    contexts: [{ name: 'token-review', context: { cluster: 'token-review', user: 'kube-apiserver' } }],
    'current-context': 'token-review',
  });
}

async function write(file: string, content: string): Promise<void> {
  await writeFile(file, content, { mode: 0o600 });
}
