/** What a test can turn: delays, quotas, throttling. */
import type { ServiceName } from './services.ts';

/** What a test can turn while the stand-in runs. Times are in milliseconds. */
export interface Settings {
  /** How far the account's clock is ahead of the machine's, as if so much time had gone by. */
  clockAheadMs: number;
  /** Added to every answer. */
  latencyMs: number;
  /** How long STS and EKS go on seeing the state before a change of a role, policy or provider made through the API. */
  propagationMs: number;
  /** How long IAM's own reads of roles, simulations too, go on showing the state before a change made through the API. */
  staleReadsMs: number;
  /** How long lists of associations lack a new one and have a deleted one, and a changed one is described as it was. */
  staleAssociationsMs: number;
  /** How long after its creation an association reaches the pod identity webhook. */
  injectionMs: number;
  /** How long a deleted association still blocks a new one for the same service account. */
  deletionMs: number;
  /** How long an add-on stays in CREATING. */
  addonActivationMs: number;
  /** How long the pods of the agent's add-on take to be ready: EKS calls the add-on active before. */
  agentStartMs: number;
  /** Status in which a created add-on ends. */
  addonFinalStatus: 'ACTIVE' | 'DEGRADED' | 'CREATE_FAILED';
  /** Characters of a trust policy, white space aside (quota ACLSizePerRole). */
  trustPolicyQuota: number;
  /** Characters of all inline policies of a role together, white space aside. */
  inlinePolicyQuota: number;
  managedPolicyQuota: number;
  roleQuota: number;
  oidcProviderQuota: number;
  /** Pod Identity associations per cluster. */
  associationQuota: number;
  /** Whether Create and UpdatePodIdentityAssociation also ask for iam:GetRole of the caller (unclear in AWS, off here). */
  associationNeedsGetRole: boolean;
  /** Whether creating an EKS resource with tags also asks for eks:TagResource on it. */
  tagsOnCreateNeedTagResource: boolean;
  /** The most items that a page of a list has, whatever the caller asks for: AWS gives fewer as it likes. */
  pageSize: number;
  /** After each page of a list that goes on, one that has no items and goes on, too. */
  emptyPages: boolean;
  /** Calls per second that a service takes before it answers with its throttling error. */
  throttle: Partial<Record<ServiceName, number>>;
}

export const defaultSettings: Settings = {
  clockAheadMs: 0,
  latencyMs: 0,
  propagationMs: 0,
  staleReadsMs: 0,
  staleAssociationsMs: 0,
  injectionMs: 0,
  deletionMs: 1000,
  addonActivationMs: 0,
  agentStartMs: 1000,
  addonFinalStatus: 'ACTIVE',
  trustPolicyQuota: 2048,
  inlinePolicyQuota: 10_240,
  managedPolicyQuota: 10,
  roleQuota: 1000,
  oidcProviderQuota: 100,
  associationQuota: 1000,
  associationNeedsGetRole: false,
  tagsOnCreateNeedTagResource: true,
  pageSize: Number.POSITIVE_INFINITY,
  emptyPages: false,
  throttle: {},
};
