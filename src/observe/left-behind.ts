/** Looks for what earlier inputs have left behind: for those modes that show or remove it. */
import { marksOf } from '../desired/marks.ts';
import type { Intent } from '../model/config.ts';
import type { LeftBehind } from '../model/left-behind.ts';
import type { Readers } from '../model/ports.ts';
import type { World } from '../model/world.ts';
import { issuerPath } from '../policy/arn.ts';
import { isHostNamespaceName } from '../policy/trust-documents.ts';

/** Throws a Failure when associations can't be read; roles that may not be listed are no reason to fail. */
export async function observeLeftBehind(
  { aws }: Readers,
  { serviceAccount, clusterName }: Intent,
  { target, hosts }: World,
): Promise<LeftBehind> {
  const { clusterArn, issuer, roleName } = target;
  const known = new Set(hosts.map(({ namespace }) => namespace));
  // Every trust policy of this action's names the cluster by one of these.
  const trustHolds = [clusterArn, ...(issuer === '' ? [] : [issuerPath(issuer)])];
  const [{ roles, unread }, associations] = await Promise.all([
    aws.otherRoles({ except: roleName, trustHolds, tags: marksOf(target) }),
    aws.otherAssociations(clusterName, {
      except: serviceAccount,
      takes: (namespace) => known.has(namespace) || isHostNamespaceName(namespace),
    }),
  ]);
  return { roles, associations, ...(unread !== undefined && { unread }) };
}
