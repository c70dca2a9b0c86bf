import type { V1Node } from '@kubernetes/client-node';

const region = 'us-west-2';

/** The nodes of a managed node group, with the labels that EKS gives them. */
export function simulatedNodes(): V1Node[] {
  return ['a', 'b'].map((zone, index) =>
    node(`ip-10-0-${index}-10.${region}.compute.internal`, `${region}${zone}`),
  );
}

function node(name: string, zone: string): V1Node {
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name,
      labels: {
        'eks.amazonaws.com/capacityType': 'ON_DEMAND',
        'eks.amazonaws.com/nodegroup': 'workers',
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/hostname': name,
        'kubernetes.io/os': 'linux',
        'node.kubernetes.io/instance-type': 'm6i.2xlarge',
        'topology.kubernetes.io/region': region,
        'topology.kubernetes.io/zone': zone,
      },
    },
    spec: { providerID: `aws:///${zone}/i-${name}` },
  };
}
