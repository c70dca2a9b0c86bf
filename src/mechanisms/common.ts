/** Resources and checks that both mechanisms have, in the order in which they are shown. */
import type { NamedCheck, Planner } from '../model/desired.ts';
import { planAccessPolicy } from '../resources/access-policy.ts';
import { planAnnotations } from '../resources/annotations.ts';
import { planChartValues } from '../resources/chart-values.ts';
import { planControlPlanes } from '../resources/control-planes.ts';
import { planKept } from '../resources/kept.ts';
import { planIsolation } from '../resources/isolation.ts';
import { planPermissionsBoundary } from '../resources/permissions-boundary.ts';
import { planRestarts } from '../resources/restarts.ts';
import { planRole, planRoleTags } from '../resources/role.ts';
import { planTrustPolicy } from '../resources/trust-policy.ts';
import { checkCoverage } from '../verify/coverage.ts';
import { checkInjection } from '../verify/injection.ts';
import { checkPermissions } from '../verify/permissions.ts';
import { checkRollout } from '../verify/rollout.ts';
import { checkStoreAuth, checkStoreStatus } from '../verify/stores.ts';
import { checkTrust } from '../verify/trust.ts';

export const ROLE_RESOURCES: readonly Planner[] = [
  planRole,
  planRoleTags,
  planPermissionsBoundary,
  planTrustPolicy,
  planAccessPolicy,
  planIsolation,
];

export const SPACE_RESOURCES: readonly Planner[] = [
  planChartValues,
  planAnnotations,
  planRestarts,
  planControlPlanes,
  planKept,
];

export const COMMON_CHECKS: readonly NamedCheck[] = [
  ['rollout', checkRollout],
  ['pod-identity-injected', checkInjection],
  ['trust-policy', checkTrust],
  ['permissions', checkPermissions],
  ['store-auth', checkStoreAuth],
  ['store-status', checkStoreStatus],
  ['secret-coverage', checkCoverage],
];
