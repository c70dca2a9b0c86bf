/** Where a cluster keeps its files. */
import { join } from 'node:path';

/** Files of a cluster's state directory. */
export interface ClusterPaths {
  readonly directory: string;
  readonly etcdData: string;
  readonly ca: string;
  readonly serverCertificate: string;
  readonly serverKey: string;
  readonly serviceAccountPrivateKey: string;
  readonly serviceAccountPublicKey: string;
  readonly tokenReview: string;
  readonly auditPolicy: string;
  readonly auditLog: string;
  readonly schedulerConfig: string;
  readonly adminKubeconfig: string;
  /** For the controller manager, the scheduler and kwok. */
  readonly componentKubeconfig: string;
}

export function clusterPaths(directory: string): ClusterPaths {
  const file = (name: string): string => join(directory, name);
  return {
    directory,
    etcdData: file('etcd'),
    ca: file('ca.crt'),
    serverCertificate: file('server.crt'),
    serverKey: file('server.key'),
    serviceAccountPrivateKey: file('service-account.key'),
    serviceAccountPublicKey: file('service-account.pub'),
    tokenReview: file('token-review.yaml'),
    auditPolicy: file('audit-policy.yaml'),
    auditLog: file('audit.log'),
    schedulerConfig: file('scheduler.yaml'),
    adminKubeconfig: file('admin.kubeconfig'),
    componentKubeconfig: file('component.kubeconfig'),
  };
}
