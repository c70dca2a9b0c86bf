/** What the workload's role may read: the prefixes and nothing else. */
import type { OwnedRole } from '../model/config.ts';
import type { PolicyDocument, Statement } from '../model/policy.ts';
import type { Cluster } from '../model/world.ts';
import { viaServiceSuffixes } from './arn.ts';

/** Name of the one inline policy that this action puts on its role. */
export const ACCESS_POLICY_NAME = 'spaces-workload-identity';

/** `secret:PREFIX*`: AWS appends a hyphen and six characters to a secret's name in its ARN. */
export function secretArn(cluster: Cluster, prefix: string): string {
  return `arn:${cluster.partition}:secretsmanager:${cluster.region}:${cluster.account}:secret:${prefix}*`;
}

/** One slash in any case: `/app/` and `app/` are both `parameter/app/…` (SSM PutParameter). */
export function parameterArn(cluster: Cluster, prefix: string): string {
  const name = prefix.replace(/^\//, '');
  return `arn:${cluster.partition}:ssm:${cluster.region}:${cluster.account}:parameter/${name}*`;
}

/**
 * The access policy: reads of External Secrets (`data`, `extract` and metadata) under the prefixes, and `kms:Decrypt` of the
 * given keys through the two services only. Not granted: `ssm:GetParametersByPath`, which answers everything below a
 * path whatever else the policy says, and the listing calls, which know no resources.
 */
export function accessPolicy(role: OwnedRole, cluster: Cluster): PolicyDocument {
  const statements: Statement[] = [];
  if (role.secretPrefixes.length > 0) {
    statements.push({
      Sid: 'ReadSecrets',
      Effect: 'Allow',
      Action: ['secretsmanager:DescribeSecret', 'secretsmanager:GetSecretValue'],
      Resource: role.secretPrefixes.map((prefix) => secretArn(cluster, prefix)).toSorted(),
    });
  }
  if (role.parameterPrefixes.length > 0) {
    statements.push({
      Sid: 'ReadParameters',
      Effect: 'Allow',
      Action: ['ssm:GetParameter', 'ssm:ListTagsForResource'],
      Resource: role.parameterPrefixes.map((prefix) => parameterArn(cluster, prefix)).toSorted(),
    });
  }
  if (role.kmsKeyArns.length > 0) statements.push(decrypt(role, cluster));
  return { Version: '2012-10-17', Statement: statements };
}

function decrypt(role: OwnedRole, cluster: Cluster): Statement {
  const services = [
    ...(role.secretPrefixes.length > 0 ? ['secretsmanager'] : []),
    ...(role.parameterPrefixes.length > 0 ? ['ssm'] : []),
  ];
  const via = services.flatMap((service) =>
    viaServiceSuffixes(cluster.partition).map((suffix) => `${service}.${cluster.region}.${suffix}`),
  );
  return {
    Sid: 'DecryptThroughTheServices',
    Effect: 'Allow',
    Action: 'kms:Decrypt',
    Resource: [...role.kmsKeyArns].toSorted(),
    Condition: { StringEquals: { 'kms:ViaService': via } },
  };
}
