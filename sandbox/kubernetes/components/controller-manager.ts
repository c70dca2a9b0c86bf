/** The flags of kube-controller-manager. */
import type { ClusterPaths } from '../paths.ts';

/** Nodes are simulated and there are no volumes, certificates or devices: these would only use the processor. */
const switchedOff = [
  'certificatesigningrequest-approving-controller',
  'certificatesigningrequest-cleaner-controller',
  'certificatesigningrequest-signing-controller',
  'endpointslice-mirroring-controller',
  'ephemeral-volume-controller',
  'horizontal-pod-autoscaler-controller',
  'legacy-serviceaccount-token-cleaner-controller',
  'node-ipam-controller',
  // Without heartbeats it would call the simulated nodes dead, most of all on a busy machine.
  'node-lifecycle-controller',
  'persistentvolume-attach-detach-controller',
  'persistentvolume-binder-controller',
  'persistentvolume-expander-controller',
  'persistentvolume-protection-controller',
  'persistentvolumeclaim-protection-controller',
  'replicationcontroller-controller',
  'resourceclaim-controller',
  'service-cidr-controller',
  'taint-eviction-controller',
  'ttl-controller',
  'validatingadmissionpolicy-status-controller',
  'volumeattributesclass-protection-controller',
];

/** Flags of kube-controller-manager, with limits for hundreds of control planes at a time. */
export function controllerManagerFlags(paths: ClusterPaths): string[] {
  return [
    `--kubeconfig=${paths.componentKubeconfig}`,
    `--service-account-private-key-file=${paths.serviceAccountPrivateKey}`,
    `--root-ca-file=${paths.ca}`,
    `--controllers=${['*', ...switchedOff.map((name) => `-${name}`)].join(',')}`,
    '--leader-elect=false',
    // It serves nothing that the sandbox asks for.
    '--secure-port=0',
    '--kube-api-qps=1000',
    '--kube-api-burst=2000',
    '--concurrent-deployment-syncs=20',
    '--concurrent-replicaset-syncs=20',
    '--concurrent-job-syncs=20',
    '--concurrent-namespace-syncs=20',
    '--concurrent-gc-syncs=20',
    '--profiling=false',
  ];
}
