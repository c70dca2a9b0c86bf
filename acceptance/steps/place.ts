/** The first two steps: who signs in, and the cluster. */
import { DescribeClusterCommand } from '@aws-sdk/client-eks';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { namesFor } from '../make/names.ts';
import type { ClusterFacts, Place, RunContext } from '../run-context.ts';

export interface Caller {
  readonly account: string;
  readonly partition: string;
  readonly arn: string;
}

export async function signIn({ aws, recorder, log, mask }: RunContext): Promise<Caller> {
  const { Account: account = '', Arn: arn = '' } = await aws.sts.send(new GetCallerIdentityCommand({}));
  recorder.know(account, '111122223333');
  mask(account);
  const [, name = ''] = /:(?:assumed-role|user)\/(.+)$/.exec(arn) ?? [];
  recorder.know(name, 'maintainer/SESSION');
  log(`signed in as ${arn}`);
  return { account, arn, partition: arn.split(':')[1] ?? 'aws' };
}

/** The cluster, made or looked at. From now on it goes with the rest. */
export async function haveCluster(runContext: RunContext, { account, partition }: Caller): Promise<Place> {
  const { ports, clusterName, cleanUps } = runContext;
  const { byHand } = ports.cluster;
  if (byHand !== undefined)
    cleanUps.add({ what: `cluster ${clusterName}`, byHand, undo: () => ports.cluster.remove() });
  await ports.cluster.have();
  const cluster = await describe(runContext);
  await runContext.recorder.record('cluster', cluster);
  return { ...runContext, account, partition, cluster, names: namesFor(cluster.arn, clusterName) };
}

export async function describe({ aws, clusterName }: RunContext): Promise<ClusterFacts> {
  const { cluster } = await aws.eks.send(new DescribeClusterCommand({ name: clusterName }));
  return {
    arn: cluster?.arn ?? '',
    endpoint: cluster?.endpoint ?? '',
    caPem: Buffer.from(cluster?.certificateAuthority?.data ?? '', 'base64').toString('utf8'),
    issuer: cluster?.identity?.oidc?.issuer ?? '',
    version: cluster?.version ?? '',
  };
}

/** As IAM names the provider of an issuer. */
export function providerArnOf({ partition, account, cluster }: Place): string {
  return `arn:${partition}:iam::${account}:oidc-provider/${cluster.issuer.replace('https://', '')}`;
}
