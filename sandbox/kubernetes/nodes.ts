/** The nodes that KWOK simulates. */
import type { V1Node } from '@kubernetes/client-node';

const region = 'us-west-2';

/** The nodes of a managed node group, with the labels that EKS gives them. */
export function simulatedNodes(): V1Node[] {
  return [node('ip-10-0-0-10', '10.0.0.10', `${region}a`), node('ip-10-0-1-10', '10.0.1.10', `${region}b`)];
}

function node(host: string, address: string, zone: string): V1Node {
  const name = `${host}.${region}.compute.internal`;
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
    spec: { providerID: `aws:///${zone}/${host}` },
    // kwok adds the rest when it makes the node ready.
    status: {
      addresses: [
        { type: 'InternalIP', address },
        { type: 'Hostname', address: name },
      ],
      nodeInfo: {
        architecture: 'amd64',
        bootID: '',
        containerRuntimeVersion: 'containerd://2.1.5',
        kernelVersion: '6.12.55-74.119.amzn2023.x86_64',
        kubeProxyVersion: '',
        kubeletVersion: 'v1.35.4-eks-sandbox',
        machineID: '',
        operatingSystem: 'linux',
        osImage: 'Amazon Linux 2023',
        systemUUID: '',
      },
    },
  };
}
