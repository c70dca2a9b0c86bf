/** One judgement about one control plane: the contract's verification schema. */
export const CHECK_NAMES = [
  'service-account-annotation',
  'association',
  'rollout',
  'pod-identity-injected',
  'trust-policy',
  'permissions',
  'isolation',
  'store-auth',
  'store-status',
  'secret-coverage',
  'credentials-fresh',
  'agent',
  'injection-forecast',
  'access-proof',
  'access-proof-negative',
] as const;
export type CheckName = (typeof CHECK_NAMES)[number];
export type CheckStatus = 'pass' | 'fail' | 'warn' | 'unknown';

export interface Check {
  /** `group/name`; empty when the namespace was named outright or the check is about the whole cluster. */
  readonly controlPlane: string;
  readonly namespace: string;
  readonly check: CheckName;
  readonly status: CheckStatus;
  /** What was seen. */
  readonly detail: string;
}
