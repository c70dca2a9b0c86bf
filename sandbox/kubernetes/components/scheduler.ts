/** The flags of kube-scheduler. */
import { stringify } from 'yaml';
import type { ClusterPaths } from '../paths.ts';

/** Flags of kube-scheduler. */
export function schedulerFlags(paths: ClusterPaths): string[] {
  return [`--config=${paths.schedulerConfig}`, '--secure-port=0', '--v=0'];
}

/** The scheduler's configuration file: limits for hundreds of control planes at a time. */
export function schedulerConfig(paths: ClusterPaths): string {
  return stringify({
    apiVersion: 'kubescheduler.config.k8s.io/v1',
    kind: 'KubeSchedulerConfiguration',
    clientConnection: { kubeconfig: paths.componentKubeconfig, qps: 1000, burst: 2000 },
    leaderElection: { leaderElect: false },
    enableProfiling: false,
  });
}
