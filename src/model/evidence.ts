/** What the verification asks of the outside beyond the world that plans are made of. No secret is in it. */
import type { CheckStatus } from './check.ts';
import type { ControllerPod } from './host.ts';

/** One question about the role's permissions, with the answer that it ought to have. */
export interface Expectation {
  readonly action: string;
  readonly resource: string;
  /** Condition keys of the request with their values. */
  readonly context: Readonly<Record<string, string>>;
  readonly expected: 'allowed' | 'refused';
  /** What it is about, in words: `under prod/`, `outside the prefixes`. */
  readonly where: string;
}

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

/** `refused`: the job may not ask. `throttled`: IAM had no time. `unavailable`: it gave no answer, or did not take the question. */
export type Simulation =
  | { readonly kind: 'simulated'; readonly answers: readonly SimulatedAnswer[] }
  | { readonly kind: 'refused' | 'throttled'; readonly why: string }
  | {
      readonly kind: 'unavailable';
      readonly why: string;
      /** It has to do with the role: what this run has made of it may not have arrived yet. */
      readonly mayArrive?: true;
    };

/** Who asks for the role: whose token it is, and the pod that it is bound to, if any. */
export interface AccountPrincipal {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly pod: Pick<ControllerPod, 'name' | 'uid'> | undefined;
}

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

/** What came of assuming the role as one workload would, and of others that must be refused. */
export interface AccessProof {
  /** What its session could read of others; absent when no probe has a placeholder. */
  readonly isolation?: Finding;
  readonly access: Finding;
  readonly negative: Finding;
}

/** A pod as the controller's Deployment would make it, as far as injection goes. */
export interface PodSample {
  readonly namespace: string;
  readonly serviceAccount: string;
  /** Webhooks select pods by them. */
  readonly labels: Readonly<Record<string, string>>;
}

/** What became of a sample pod in a dry run. `refused`: for a reason of the cluster's own, not for a permission that the job lacks. */
export type Forecast =
  | { readonly kind: 'pod'; readonly pod: ControllerPod }
  | { readonly kind: 'refused'; readonly said: string };

export interface Evidence {
  readonly simulation: Simulation;
  /** Absent when they were not looked at: only Pod Identity depends on them, and the job may not be allowed to. */
  readonly nodes?: readonly ClusterNode[];
  /** By host namespace; absent without `prove-access`. */
  readonly proofs?: ReadonlyMap<string, AccessProof>;
  /** The proofs have read something too: one that passed has read all that was named. */
  readonly probed?: boolean;
  /** By host namespace; one in which the job may not make pods in a dry run is absent. */
  readonly forecasts?: ReadonlyMap<string, Forecast>;
}
