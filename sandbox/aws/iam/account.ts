/** GetAccountSummary: the quotas of the account. */
import { z } from 'zod';
import { operation, type Operations } from '../operation.ts';

export const accountOperations: Operations = {
  GetAccountSummary: operation(z.object({}), (_input, call) => {
    const { iam, settings } = call.state;
    call.permit({ action: 'iam:GetAccountSummary', resource: '*' });
    const summary = {
      AssumeRolePolicySizeQuota: settings.trustPolicyQuota,
      RolePolicySizeQuota: settings.inlinePolicyQuota,
      AttachedPoliciesPerRoleQuota: settings.managedPolicyQuota,
      PolicySizeQuota: 6144,
      Roles: iam.roles.values().length,
      RolesQuota: settings.roleQuota,
      Users: iam.users.size,
      Providers: iam.providers.values().length,
    };
    return { SummaryMap: new Map(Object.entries(summary)) };
  }),
};
