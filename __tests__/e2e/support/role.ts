/** The workload's role as AWS has it, and the documents that it should have. */
import type { Scene } from './scene.ts';

export const ROLE_NAME = 'space-prod-shared-secrets';

export const roleArn = ({ world }: Scene): string => world.aws.iam.arn(`role/${ROLE_NAME}`);

/** The role's documents, parsed. */
export function roleOf({ world }: Scene) {
  const role = world.aws.iam.role(ROLE_NAME);
  if (role === undefined) throw new Error(`there is no role ${ROLE_NAME}`);
  return {
    arn: role.arn,
    tags: role.tags,
    attachedPolicies: role.attachedPolicies,
    trustPolicy: parse(role.trustPolicy),
    inlinePolicies: Object.fromEntries(
      Object.entries(role.inlinePolicies).map(([name, document]) => [name, parse(document)]),
    ),
  };
}

function parse(text: string): unknown {
  return JSON.parse(text);
}

export function clusterOf({ world }: Scene) {
  const { arn, issuer = '' } = world.aws.eks.cluster(world.clusterName);
  const issuerPath = issuer.replace('https://', '');
  return { arn, issuerPath, providerArn: world.aws.iam.arn(`oidc-provider/${issuerPath}`) };
}

/** The marks that say whose a thing is. */
export function ourTags(scene: Scene): Record<string, string> {
  return {
    'managed-by': 'spaces-workload-identity',
    'spaces-workload-identity:cluster': clusterOf(scene).arn,
  };
}

/** IRSA: exactly these host namespaces. */
export function exactIrsaTrust(scene: Scene, namespaces: readonly string[]): object {
  const { issuerPath, providerArn } = clusterOf(scene);
  const subjects = namespaces
    .map((namespace) => `system:serviceaccount:${namespace}:external-secrets-controller`)
    .toSorted();
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Federated: providerArn },
        Action: 'sts:AssumeRoleWithWebIdentity',
        Condition: {
          StringEquals: {
            [`${issuerPath}:aud`]: 'sts.amazonaws.com',
            [`${issuerPath}:sub`]: subjects.length === 1 ? subjects[0] : subjects,
          },
        },
      },
    ],
  };
}

/** Pod Identity: this account, this cluster, this service account, exactly these host namespaces. */
export function exactPodIdentityTrust(scene: Scene, namespaces: readonly string[]): object {
  const sorted = namespaces.toSorted();
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'pods.eks.amazonaws.com' },
        Action: ['sts:AssumeRole', 'sts:TagSession'],
        Condition: {
          StringEquals: {
            'aws:SourceAccount': scene.world.aws.account,
            'aws:RequestTag/kubernetes-service-account': 'external-secrets-controller',
            'aws:RequestTag/kubernetes-namespace': sorted.length === 1 ? sorted[0] : sorted,
          },
          ArnEquals: { 'aws:SourceArn': clusterOf(scene).arn },
        },
      },
    ],
  };
}

/** Reads under `prod/` and `/prod/`, and nothing else. */
export function prodAccess({ world }: Scene): object {
  const { region, account } = world.aws;
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'ReadSecrets',
        Effect: 'Allow',
        Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
        Resource: [`arn:aws:secretsmanager:${region}:${account}:secret:prod/*`],
      },
      {
        Sid: 'ReadParameters',
        Effect: 'Allow',
        Action: ['ssm:GetParameter', 'ssm:ListTagsForResource'],
        Resource: [`arn:aws:ssm:${region}:${account}:parameter/prod/*`],
      },
    ],
  };
}
