/** The managed policies of AWS that roles here may carry. */
const allow = (action: string | string[]): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] });

/** Policies of AWS's own that exist in every account, by name; ReadOnlyAccess shortened to the services here. */
export const awsManagedPolicies: Record<string, string> = {
  AdministratorAccess: allow('*'),
  ReadOnlyAccess: allow([
    'eks:Describe*',
    'eks:List*',
    'iam:Get*',
    'iam:List*',
    'iam:Simulate*',
    'secretsmanager:Describe*',
    'secretsmanager:List*',
    'ssm:Describe*',
    'ssm:Get*',
    'ssm:List*',
    'sts:GetCallerIdentity',
  ]),
  SecretsManagerReadWrite: allow('secretsmanager:*'),
  AmazonEKSWorkerNodePolicy: allow([
    'ec2:DescribeInstances',
    'eks:DescribeCluster',
    'eks-auth:AssumeRoleForPodIdentity',
  ]),
};
