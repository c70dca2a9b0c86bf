/** What a running cluster is to others. */
import type { JWK } from 'jose';

/** Where the built binaries lie. */
export interface Binaries {
  /** Directory with etcd, kube-apiserver, kube-controller-manager and kube-scheduler. */
  readonly kubernetes: string;
  /** Path of the kubectl binary. */
  readonly kubectl: string;
  /** Path of the helm binary. */
  readonly helm: string;
  /** Path of the kwok binary. */
  readonly kwok: string;
  /** Path of the OCI registry binary. */
  readonly registry: string;
}

export interface ClusterOptions {
  /** Directory for the state of this cluster: keys, certificates, etcd's data, logs. Made when missing. */
  readonly dir: string;
  /** `iss` of the service account tokens, as EKS has it: `https://oidc.eks.REGION.amazonaws.com/id/HEX`. */
  readonly issuer: string;
  /** The webhook that the API server asks about bearer tokens it doesn't know. */
  readonly tokenReview?: { readonly url: string; readonly caPem: string };
  /** Whose requests the audit log holds, each with how it ended. */
  readonly auditedGroup: string;
  readonly log: (line: string) => void;
}

export interface Cluster {
  /** `https://127.0.0.1:PORT` */
  readonly endpoint: string;
  /** The authority that signed the API server's certificate. */
  readonly caPem: string;
  /** Path of a kubeconfig whose client certificate is in `system:masters`. */
  readonly adminKubeconfig: string;
  /** Path of the audit log: one event a line, as the API server writes them. */
  readonly auditLog: string;
  /** Public keys of the service account tokens. */
  readonly publicKeys: readonly JWK[];
  stop(): Promise<void>;
}
