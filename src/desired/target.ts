/** Resolves the names of a run once: cluster, role, OIDC provider. */
import type { Intent } from '../model/config.ts';
import type { Target } from '../model/target.ts';
import type { Cluster } from '../model/world.ts';
import { accountOf, providerArn, roleNameOf } from '../policy/arn.ts';

/** Without an issuer (a local cluster, or one still being made) there is no provider to name. */
export function resolveTarget({ role }: Pick<Intent, 'role'>, cluster: Cluster): Target {
  const { partition, account, region, name, arn, issuer = '' } = cluster;
  const roleArn =
    role.kind === 'referenced' ? role.arn : `arn:${partition}:iam::${account}:role${role.path}${role.name}`;
  const roleAccount = accountOf(roleArn);
  const provider = (owner: string): string =>
    issuer === '' ? '' : providerArn({ partition, account: owner }, issuer);
  return {
    partition,
    account,
    region,
    clusterName: name,
    clusterArn: arn,
    issuer,
    roleArn,
    roleName: roleNameOf(roleArn),
    roleAccount,
    roleElsewhere: roleAccount !== account,
    providerArn: provider(account),
    trustedProviderArn: provider(roleAccount),
  };
}
