/** The flags of KWOK, which plays nodes and kubelets. */
import { join } from 'node:path';
import type { ClusterPaths } from '../paths.ts';

/** Flags of kwok, which plays the kubelets. The stages in `kwok.yaml` say what becomes of a pod. */
export function kwokFlags(paths: ClusterPaths): string[] {
  return [
    `--kubeconfig=${paths.componentKubeconfig}`,
    `--config=${join(import.meta.dirname, 'kwok.yaml')}`,
    '--manage-all-nodes=true',
    '--node-ip=10.0.0.10',
    '--cidr=10.0.64.0/18',
    // No kubelet's port, so nothing is listened on.
    '--node-port=0',
    '--server-address=',
    '--node-lease-duration-seconds=0',
  ];
}
