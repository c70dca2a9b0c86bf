/** What the workload's role may read, as an IAM policy: its grants and nothing else. */
import type { Grant, Grants, KeyGrant } from '../model/grant.ts';
import type { PolicyDocument, Statement } from '../model/policy.ts';

/** Name of the one inline policy that this action puts on its role. */
export const ACCESS_POLICY_NAME = 'spaces-workload-identity';

/**
 * Reads of External Secrets (`data`, `extract` and metadata) under the prefixes, and `kms:Decrypt` of the given keys through
 * the two services only. Not granted: `ssm:GetParametersByPath`, which answers everything below a path whatever else the
 * policy says, and the listing calls, which know no resources.
 */
export function accessPolicy({ reads, keys }: Grants): PolicyDocument {
  const byService = Map.groupBy(reads, ({ service }) => service);
  const statements = [...byService.values()].flatMap(readStatement);
  return { Version: '2012-10-17', Statement: [...statements, ...decryptStatement(keys)] };
}

function readStatement(grants: readonly Grant[]): readonly Statement[] {
  return grants.slice(0, 1).map(({ service }) => ({
    Sid: service.statementId,
    Effect: 'Allow',
    Action: service.reads.toSorted(),
    Resource: grants.map(({ resource }) => resource).toSorted(),
  }));
}

function decryptStatement(keys: readonly KeyGrant[]): readonly Statement[] {
  return keys.slice(0, 1).map(({ via }) => ({
    Sid: 'DecryptThroughTheServices',
    Effect: 'Allow',
    Action: 'kms:Decrypt',
    Resource: keys.map(({ keyArn }) => keyArn).toSorted(),
    Condition: { StringEquals: { 'kms:ViaService': via.flatMap(({ hosts }) => hosts) } },
  }));
}
