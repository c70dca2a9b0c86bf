/** The account as a world begins: the job's role, secrets, parameters. */
import type { Aws } from '../aws/index.ts';
import type { Cluster } from '../kubernetes/index.ts';
import type { Github } from '../github/server.ts';

/** The Kubernetes group that the job's role is in. */
export const runnerGroup = 'spaces-workload-identity';
const runnerRole = 'github-runner';

export interface AccountOptions {
  readonly aws: Aws;
  readonly github: Github;
  readonly clusterName: string;
  readonly issuer: string;
  readonly autoMode: boolean;
  readonly runnerPolicy?: object | undefined;
}

/** Lays out the AWS account: GitHub's provider, the job's role, the cluster and who may enter it, some secrets. */
export function layOutAccount(options: AccountOptions, cluster: Cluster): { readonly runnerRoleArn: string } {
  const { aws, github, clusterName, issuer } = options;
  const { caPem, endpoint, publicKeys } = cluster;
  aws.eks.addCluster({
    name: clusterName,
    endpoint,
    caPem,
    issuer,
    publicKeys: [...publicKeys],
    version: '1.35',
    platformVersion: 'eks.9',
    authenticationMode: 'API',
    autoMode: options.autoMode,
  });
  aws.addOidcKeys(issuer, [...publicKeys]);
  aws.addOidcKeys(github.job.issuer, [...github.publicKeys]);
  aws.iam.createOidcProvider({ url: github.job.issuer, clientIds: ['sts.amazonaws.com'] });
  const { arn } = aws.iam.createRole({
    roleName: runnerRole,
    trustPolicy: runnerTrust(aws, github),
    maxSessionDuration: 43_200,
    inlinePolicies: { runner: options.runnerPolicy ?? broadPolicy },
  });
  aws.eks.addAccessEntry(clusterName, arn, { username: 'github-runner', groups: [runnerGroup] });
  aws.secrets.set('prod/db/password', 'correct-horse-battery-staple');
  aws.secrets.set('other/thing', 'not-for-this-space');
  aws.parameters.set('/prod/api/key', 'e7c0ffee');
  aws.parameters.set('/other/thing', 'not-for-this-space-either');
  return { runnerRoleArn: arn };
}

/** Lets the job in as it is now: its role trusts exactly the subject of its tokens. */
export function admitJob(aws: Aws, github: Github): void {
  aws.iam.setTrustPolicy(runnerRole, runnerTrust(aws, github));
}

function runnerTrust(aws: Aws, github: Github): object {
  const issuer = github.job.issuer.replace('https://', '');
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: aws.iam.arn(`oidc-provider/${issuer}`) },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: { [`${issuer}:aud`]: 'sts.amazonaws.com', [`${issuer}:sub`]: github.subject() },
        },
      },
    ],
  };
}

const broadPolicy = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: ['eks:*', 'iam:*', 'sts:*', 'eks-auth:*'], Resource: '*' }],
};
