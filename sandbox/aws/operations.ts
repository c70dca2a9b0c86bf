/** All operations of the stand-in, by service. */
import { accessEntryOperations } from './eks/access-entries.ts';
import { addonOperations } from './eks/addons.ts';
import { associationOperations } from './eks/associations.ts';
import { clusterOperations } from './eks/clusters.ts';
import { tagOperations } from './eks/tags.ts';
import { eksAuthOperations } from './eks-auth/assume-role-for-pod-identity.ts';
import { accountOperations } from './iam/account.ts';
import { attachedPolicyOperations } from './iam/attached-policies.ts';
import { oidcProviderOperations } from './iam/oidc-providers.ts';
import { policyOperations } from './iam/policies.ts';
import { rolePolicyOperations } from './iam/role-policies.ts';
import { roleTagOperations } from './iam/role-tags.ts';
import { roleOperations } from './iam/roles.ts';
import { simulateOperations } from './iam/simulate.ts';
import type { Operations } from './operation.ts';
import type { ServiceName } from './services.ts';
import { secretsManagerOperations } from './stores/secrets-manager.ts';
import { ssmOperations } from './stores/ssm.ts';
import { assumeRole } from './sts/assume-role.ts';
import { getCallerIdentity } from './sts/caller-identity.ts';
import { assumeRoleWithWebIdentity } from './sts/web-identity.ts';

/** Every operation of the stand-in. */
export const operations: Record<ServiceName, Operations> = {
  iam: {
    ...accountOperations,
    ...attachedPolicyOperations,
    ...oidcProviderOperations,
    ...policyOperations,
    ...rolePolicyOperations,
    ...roleOperations,
    ...roleTagOperations,
    ...simulateOperations,
  },
  sts: {
    AssumeRole: assumeRole,
    AssumeRoleWithWebIdentity: assumeRoleWithWebIdentity,
    GetCallerIdentity: getCallerIdentity,
  },
  eks: {
    ...accessEntryOperations,
    ...addonOperations,
    ...associationOperations,
    ...clusterOperations,
    ...tagOperations,
  },
  'eks-auth': eksAuthOperations,
  secretsmanager: secretsManagerOperations,
  ssm: ssmOperations,
};
