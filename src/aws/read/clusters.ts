/** Reads an EKS cluster. */
import { type Cluster as EksCluster, DescribeClusterCommand } from '@aws-sdk/client-eks';
import type { Cluster } from '../../model/world.ts';
import { given, parseArn, required } from '../client/api-values.ts';
import type { Call } from '../client/aws-failure.ts';
import { absent, type AwsContext, request } from '../client/request.ts';

/** Undefined when the region has no cluster of that name. */
export async function readCluster(aws: AwsContext, name: string): Promise<Cluster | undefined> {
  const region = await aws.clients.eks.config.region();
  const call = {
    tried: `describe EKS cluster ${name} in ${region}`,
    action: 'eks:DescribeCluster',
    on: `cluster ${name}`,
    ifRefused: `Check \`cluster-name\` and \`aws-region\` first: the published policy allows this for one cluster alone, so another name or region than those it was filled in with is refused as well (\`aws eks list-clusters --region ${region}\` lists what is there). If they are right:`,
  };
  const answer = await request(call, () => aws.clients.eks.send(new DescribeClusterCommand({ name })), {
    ResourceNotFound: absent,
  });
  return answer && toCluster(required(answer.cluster, 'cluster', call), call);
}

/** While a cluster is being created, endpoint and certificate authority are empty; its status says so. */
function toCluster(cluster: EksCluster, call: Call): Cluster {
  const arn = required(cluster.arn, 'arn', call);
  return {
    name: required(cluster.name, 'name', call),
    arn,
    ...parseArn(arn),
    // Absent for a cluster that is only registered, until its agent has called in.
    version: cluster.version ?? '',
    status: given(cluster.status) ?? 'UNKNOWN',
    ...conditionOf(cluster),
    endpoint: cluster.endpoint ?? '',
    certificateAuthority: Buffer.from(cluster.certificateAuthority?.data ?? '', 'base64').toString('utf8'),
    ...issuerOf(cluster),
    autoMode: cluster.computeConfig?.enabled === true,
    ...endpointAccess(cluster),
  };
}

function conditionOf(
  cluster: EksCluster,
): Pick<Cluster, 'healthIssues' | 'registeredOnly' | 'authenticationMode'> {
  const issues = (cluster.health?.issues ?? []).map(({ code, message }) => [code, message].join(': '));
  const mode = given(cluster.accessConfig?.authenticationMode);
  return {
    ...(issues.length > 0 && { healthIssues: issues }),
    ...(given(cluster.connectorConfig?.provider) !== undefined && { registeredOnly: true as const }),
    ...(mode !== undefined && { authenticationMode: mode }),
  };
}

function issuerOf(cluster: EksCluster): Pick<Cluster, 'issuer'> {
  const issuer = given(cluster.identity?.oidc?.issuer);
  return issuer === undefined ? {} : { issuer };
}

/** EKS's own default is a public endpoint, so that is assumed where the answer says nothing. */
function endpointAccess(cluster: EksCluster): Pick<Cluster, 'publicAccess' | 'publicAccessCidrs'> {
  const vpc = cluster.resourcesVpcConfig;
  return { publicAccess: vpc?.endpointPublicAccess ?? true, publicAccessCidrs: vpc?.publicAccessCidrs ?? [] };
}
