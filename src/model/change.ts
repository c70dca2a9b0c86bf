/** The plan as data. `apply` carries out these very records; nothing else decides what is written. */
import type { Failure, FailureReason } from './failure.ts';
import type { Host } from './host.ts';
import type { Json } from './json.ts';
import type { Operation, Write } from './write.ts';

/** `keep`: ours, of a host that this run leaves alone. `foreign`: seen, not ours. Neither is ever written. */
export type Action = 'create' | 'update' | 'delete' | 'restart' | 'wait' | 'keep' | 'foreign';
export type Severity = 'security' | 'availability' | 'hygiene';

/** Whose change it is: absent on what is for the whole Space. */
export type HostKey = Pick<Host, 'name' | 'namespace'>;

/** One write, or one thing to wait for or to report. */
export interface Change<W extends Write = Write> {
  /** Unique in its plan; the id, and more where the contract has one id for several changes. */
  readonly address: string;
  /** From the contract's list of ids. For people and outputs: never parsed. */
  readonly id: string;
  readonly action: Action;
  readonly target: string;
  readonly reason: string;
  /** What it will cause, e.g. `restarts 1 pod`; empty when nothing beyond itself. */
  readonly effect: string;
  readonly before: Json;
  readonly after: Json;
  readonly severity: Severity;
  /** Counts as drift: `foreign` entries on things that are ours do, others don't. */
  readonly drift: boolean;
  readonly host?: HostKey;
  readonly write: W;
}

/** The changes of some operations. */
export type ChangeBy<O extends Operation> = Change<Extract<Write, { readonly op: O }>>;

/** Why a plan can't be carried out: found while planning, before any write. */
export interface Blocker {
  readonly reason: FailureReason;
  readonly target: string;
  readonly message: string;
  readonly next: string;
  readonly host?: HostKey;
}

export interface Plan {
  readonly changes: readonly Change[];
  readonly blockers: readonly Blocker[];
  /** Why what was seen is no ground to write on: `plan` and `check` say it, `apply` and `destroy` refuse. */
  readonly doubts: readonly Blocker[];
  readonly warnings: readonly string[];
  /** `sha256:…` over what is desired, what was observed, and all that will be written. */
  readonly digest: string;
}

export type OutcomeStatus = 'done' | 'failed' | 'not-attempted';

export interface Outcome {
  readonly status: OutcomeStatus;
  /** Whether it wrote, or may have: a failed write can have got half way. */
  readonly wrote: boolean;
  /** Present when it failed, or when something kept it from being begun. */
  readonly failure?: Failure;
}

/** By the address of the change. */
export type Outcomes = ReadonlyMap<string, Outcome>;
