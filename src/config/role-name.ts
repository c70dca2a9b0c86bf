/** The name of the role that this action makes. */
import type { Inputs } from './inputs/index.ts';

/** `<cluster-name>-shared-secrets` unless a name was given (contract). */
export function defaultRoleName(clusterName: string): string {
  return `${clusterName}-shared-secrets`;
}

/** The name that counts when no `role-arn` was given. */
export function ownedRoleName(inputs: Inputs): string {
  return inputs['role-name'] ?? defaultRoleName(inputs['cluster-name']);
}
