/** Questions to a trust policy, and its answers. */
import type { Target } from './target.ts';

/** A principal that asks for the role; each mechanism looks at its own part of it. */
export interface TrustRequest {
  readonly target: Target;
  readonly namespace: string;
  readonly serviceAccount: string;
  /** IRSA: of the token. */
  readonly audience: string;
  /** Pod Identity: the cluster that EKS speaks for. */
  readonly clusterArn: string;
  /** Pod Identity: off when the association says so. */
  readonly sessionTags: boolean;
}

export interface TrustAnswer {
  readonly kind: 'admitted' | 'refused' | 'unknown';
  /** What could not be evaluated, when it is `unknown`. */
  readonly unknowns: readonly string[];
  /** A statement denies it outright. */
  readonly denied: boolean;
}

/** A workload that a trust policy names. */
export interface NamedWorkload {
  /** The subject as the policy has it, perhaps a pattern. */
  readonly text: string;
  /** A namespace and a service account that fit it. */
  readonly namespace: string;
  readonly serviceAccount: string;
}
