/** The flags of etcd. */
import type { ClusterPaths } from '../paths.ts';

/** Flags of etcd: one member, encrypted, nothing synced to disk since no state outlives a sandbox. */
export function etcdFlags(paths: ClusterPaths, endpoint: string, peerEndpoint: string): string[] {
  return [
    '--name=sandbox',
    `--data-dir=${paths.etcdData}`,
    `--listen-client-urls=${endpoint}`,
    `--advertise-client-urls=${endpoint}`,
    `--listen-peer-urls=${peerEndpoint}`,
    `--initial-advertise-peer-urls=${peerEndpoint}`,
    `--initial-cluster=sandbox=${peerEndpoint}`,
    '--client-cert-auth',
    `--cert-file=${paths.serverCertificate}`,
    `--key-file=${paths.serverKey}`,
    `--trusted-ca-file=${paths.ca}`,
    '--peer-client-cert-auth',
    `--peer-cert-file=${paths.serverCertificate}`,
    `--peer-key-file=${paths.serverKey}`,
    `--peer-trusted-ca-file=${paths.ca}`,
    '--unsafe-no-fsync',
    '--log-level=error',
  ];
}
