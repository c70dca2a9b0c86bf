/** The flags of kube-apiserver. */
import type { ClusterPaths } from '../paths.ts';

export interface ApiServer {
  readonly paths: ClusterPaths;
  readonly port: number;
  readonly etcdEndpoint: string;
  readonly issuer: string;
  readonly asksTokenReview: boolean;
}

/** Flags of kube-apiserver: as EKS for tokens and authorisation; without what only a cluster of many machines needs. */
export function apiServerFlags({ paths, port, etcdEndpoint, issuer, asksTokenReview }: ApiServer): string[] {
  return [
    '--bind-address=127.0.0.1',
    '--advertise-address=127.0.0.1',
    `--secure-port=${port}`,
    `--tls-cert-file=${paths.serverCertificate}`,
    `--tls-private-key-file=${paths.serverKey}`,
    `--client-ca-file=${paths.ca}`,
    `--etcd-servers=${etcdEndpoint}`,
    `--etcd-cafile=${paths.ca}`,
    `--etcd-certfile=${paths.serverCertificate}`,
    `--etcd-keyfile=${paths.serverKey}`,
    '--authorization-mode=RBAC',
    `--service-account-issuer=${issuer}`,
    // The address at which EKS publishes the keys.
    `--service-account-jwks-uri=${issuer}/keys`,
    `--service-account-signing-key-file=${paths.serviceAccountPrivateKey}`,
    `--service-account-key-file=${paths.serviceAccountPublicKey}`,
    `--api-audiences=https://kubernetes.default.svc,${issuer}`,
    ...(asksTokenReview ? tokenReviewFlags(paths) : []),
    `--audit-policy-file=${paths.auditPolicy}`,
    `--audit-log-path=${paths.auditLog}`,
    // What is read after a request has that request in it.
    '--audit-log-mode=blocking-strict',
    // The range that EKS gives to services.
    '--service-cluster-ip-range=10.100.0.0/16',
    // It takes no loopback address for the endpoint of the service "kubernetes".
    '--endpoint-reconciler-type=none',
    // The controller that takes the taint of a new node away again doesn't run.
    '--disable-admission-plugins=TaintNodesByCondition',
    '--enable-priority-and-fairness=false',
    '--max-requests-inflight=0',
    '--max-mutating-requests-inflight=0',
    '--etcd-compaction-interval=0',
    '--etcd-count-metric-poll-period=0',
    '--shutdown-delay-duration=0',
    '--profiling=false',
  ];
}

/** Nothing is kept, so that a changed access entry counts from the next request that the webhook sees. */
function tokenReviewFlags(paths: ClusterPaths): string[] {
  return [
    `--authentication-token-webhook-config-file=${paths.tokenReview}`,
    '--authentication-token-webhook-version=v1',
    '--authentication-token-webhook-cache-ttl=0s',
  ];
}
