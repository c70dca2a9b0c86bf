/** Looks for what earlier inputs have left behind: for those modes that show or remove it. */
import { marksOf } from '../desired/marks.ts';
import type { Intent } from '../model/config.ts';
import type { LeftBehind } from '../model/left-behind.ts';
import type { AwsReader } from '../model/ports.ts';
import type { Target } from '../model/target.ts';
import type { World } from '../model/world.ts';
import { issuerPath } from '../policy/arn.ts';
import { isHostNamespaceName } from '../model/host-namespace.ts';

export type OtherRoles = Pick<LeftBehind, 'roles' | 'unread'>;

/** Roles that may not be listed are no reason to fail. */
export async function findOtherRoles(aws: AwsReader, target: Target): Promise<OtherRoles> {
  const { clusterArn, issuer, roleName } = target;
  // Every trust policy of this action's names the cluster by one of these.
  const trustHolds = [clusterArn, ...(issuer === '' ? [] : [issuerPath(issuer)])];
  return await aws.otherRoles({ except: roleName, trustHolds, tags: marksOf(target) });
}

/** Throws a Failure when associations can't be read. */
export async function observeLeftBehind(
  aws: AwsReader,
  { serviceAccount, clusterName }: Intent,
  { target, hosts }: World,
  found: OtherRoles | undefined,
): Promise<LeftBehind> {
  const known = new Set(hosts.map(({ namespace }) => namespace));
  const [{ roles, unread }, associations] = await Promise.all([
    found ?? findOtherRoles(aws, target),
    aws.otherAssociations(clusterName, {
      except: serviceAccount,
      takes: (namespace) => known.has(namespace) || isHostNamespaceName(namespace),
    }),
  ]);
  return { roles, associations, ...(unread !== undefined && { unread }) };
}
