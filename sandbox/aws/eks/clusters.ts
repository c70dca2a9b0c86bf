/** DescribeCluster and ListClusters. */
import { z } from 'zod';
import { operation, type Operations } from '../operation.ts';
import { pageOf } from '../pages.ts';
import { listing, permittedCluster } from './access.ts';
import type { Cluster } from './model.ts';

function describeCluster(cluster: Cluster) {
  // EKS gives a cluster its endpoint, authority and issuer when it has made them.
  const made = cluster.status !== 'CREATING' && cluster.status !== 'PENDING';
  return {
    name: cluster.name,
    arn: cluster.arn,
    createdAt: new Date(cluster.createdAt),
    version: cluster.version,
    endpoint: made ? cluster.endpoint : undefined,
    resourcesVpcConfig: {
      subnetIds: ['subnet-0a1b2c3d4e5f60001', 'subnet-0a1b2c3d4e5f60002'],
      securityGroupIds: [],
      endpointPublicAccess: cluster.endpointPublicAccess ?? true,
      endpointPrivateAccess: cluster.endpointPrivateAccess ?? true,
      publicAccessCidrs: cluster.publicAccessCidrs ?? ['0.0.0.0/0'],
    },
    kubernetesNetworkConfig: { serviceIpv4Cidr: '10.100.0.0/16', ipFamily: 'ipv4' },
    // A local cluster, or one still being made, has no issuer.
    identity: !made || cluster.issuer === undefined ? undefined : { oidc: { issuer: cluster.issuer } },
    status: cluster.status ?? 'ACTIVE',
    certificateAuthority: made ? { data: Buffer.from(cluster.caPem).toString('base64') } : {},
    platformVersion: cluster.platformVersion ?? 'eks.9',
    tags: cluster.tags,
    id: cluster.id,
    health: { issues: [] },
    accessConfig: { authenticationMode: cluster.authenticationMode ?? 'API_AND_CONFIG_MAP' },
    computeConfig: cluster.autoMode ? { enabled: true, nodePools: ['general-purpose', 'system'] } : undefined,
  };
}

export const clusterOperations: Operations = {
  DescribeCluster: operation(z.object({ name: z.string() }), (input, call) => ({
    cluster: describeCluster(permittedCluster(call, 'eks:DescribeCluster', input.name)),
  })),
  ListClusters: operation(z.object(listing), (input, call) => {
    call.permit({ action: 'eks:ListClusters', resource: '*' });
    const { items, next } = pageOf(
      [...call.state.eks.clusters.keys()],
      input.maxResults,
      input.nextToken,
      call.state.settings,
    );
    return { clusters: items, nextToken: next };
  }),
};
