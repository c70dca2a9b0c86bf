/** What a run has come to know and do so far: outputs and reports are made from it, also after a failure. */
import type { Outcomes, Plan } from './change.ts';
import type { Check } from './check.ts';
import type { Config } from './config.ts';
import type { Desired } from './desired.ts';
import type { Failure } from './failure.ts';
import type { Target } from './target.ts';
import type { Caller, Cluster, World } from './world.ts';

export type Verdict = 'in-sync' | 'drifted' | 'changes' | 'applied' | 'destroyed' | 'unknown' | 'error';

/** Where a run is: as whom, and on which cluster. */
export interface Place {
  readonly caller: Caller;
  readonly cluster: Cluster;
  readonly target: Target;
}

export interface RunRecord {
  config?: Config;
  /** Known before the cluster is. */
  caller?: Caller;
  place?: Place;
  /** What the inputs ask for in that place. */
  desired?: Desired;
  helmVersion?: string;
  kubectlVersion?: string;
  /** The world as it was when the plan was made. */
  world?: World;
  plan?: Plan;
  /** How often each has asked for fewer calls, by name: `EKS`, `IAM`, `STS`, `Kubernetes`. */
  readonly slowed: Map<string, number>;
  outcomes: Outcomes;
  /** Namespaces whose controller was restarted. */
  restarted: ReadonlySet<string>;
  /** When AWS was last written to, in milliseconds since the epoch: what it refuses soon after may be on its way. */
  wroteToAwsAt?: number;
  /** The world after the last write. */
  after?: World;
  checks?: readonly Check[];
  verdict?: Verdict;
  failure?: Failure;
  /** Milliseconds since the epoch. */
  checkedAt?: number;
}

/** The record of a run that has only begun. */
export function newRecord(): RunRecord {
  return { slowed: new Map(), outcomes: new Map(), restarted: new Set() };
}

/** Called each time that a service asks for fewer calls. */
export function slowedCounter(slowed: Map<string, number>): (service: string) => void {
  return (service) => void slowed.set(service, (slowed.get(service) ?? 0) + 1);
}
