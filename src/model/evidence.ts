/** What the verification asks of the outside beyond the world that plans are made of. No secret is in it. */
import type { CheckStatus } from './check.ts';

/** Every action is asked about on every resource. */
export interface SimulationBatch {
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** Condition keys of the request with their values. */
  readonly context: Readonly<Record<string, string>>;
}

export type Decision = 'allowed' | 'explicit-deny' | 'implicit-deny';

export interface SimulatedAnswer {
  readonly action: string;
  readonly resource: string;
  readonly context: Readonly<Record<string, string>>;
  readonly decision: Decision;
  /** Condition keys that a statement looks at and the question did not give. */
  readonly missing: readonly string[];
}

/** `refused`: the job may not ask. `unavailable`: IAM gave no answer, e.g. since it throttles. */
export type Simulation =
  | { readonly kind: 'simulated'; readonly answers: readonly SimulatedAnswer[] }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'unavailable'; readonly why: string };

/** A node, as far as it tells whether the EKS Pod Identity agent can serve it. */
export interface ClusterNode {
  readonly name: string;
  /** `linux` or `windows`. */
  readonly os: string;
  /** `eks.amazonaws.com/compute-type`: `fargate`, `hybrid`, `auto`; absent on ordinary nodes. */
  readonly computeType?: string;
}

/** One judgement about one control plane. */
export interface Finding {
  readonly status: CheckStatus;
  /** What was seen. */
  readonly detail: string;
}

export interface Proofs {
  readonly access: Finding;
  readonly negative: Finding;
}

export interface Evidence {
  readonly simulation: Simulation;
  /** Absent when they were not looked at: only Pod Identity depends on them, and the job may not be allowed to. */
  readonly nodes?: readonly ClusterNode[];
  /** By host namespace; absent without `prove-access`. */
  readonly proofs?: ReadonlyMap<string, Proofs>;
}
