/** What a stage gets to carry its changes out with. The world is not part of it: a change is complete. */
import type { Change, Outcome } from '../model/change.ts';
import type { Intent } from '../model/config.ts';
import type { ControllerPod } from '../model/host.ts';
import type { Readers, Writers } from '../model/ports.ts';
import type { Target } from '../model/target.ts';
import type { PodExpectation } from '../model/write.ts';

/** What a run has brought about so far. */
export interface Progress {
  /** Outcomes by address, true at any moment: a cancelled run may be reported before it ends. */
  readonly outcomes: Map<string, Outcome>;
  /** Namespaces in which a restart was asked for. */
  readonly begun: Set<string>;
  /** When an association or annotation last changed, in milliseconds; webhooks see it only some seconds later. */
  identityChangedAt?: number;
  /** Namespaces whose association points elsewhere or allows something else: a pod carries the same as before. */
  readonly unseen: Set<string>;
  /** When AWS was last written to, in milliseconds: what it refuses soon after may be on its way. */
  wroteToAwsAt?: number;
  /** Namespaces whose controller was restarted. */
  readonly restarted: Set<string>;
}

export interface ApplyContext {
  /** How long to wait, how to sign in to the chart's registry, what to select: nothing that decides what is written. */
  readonly intent: Intent;
  readonly target: Target;
  readonly read: Readers;
  readonly write: Writers;
  /** What of a pod is not as a restart was to make it, in words. */
  readonly podProblem: (pod: ControllerPod, expect: PodExpectation) => string | undefined;
  readonly progress: Progress;
}

/** Takes its changes and leaves the rest to others. */
export interface Stage {
  readonly title: string;
  readonly takes: (change: Change) => boolean;
  /** One outcome for each change, in their order. Throws nothing but defects. */
  readonly run: (changes: readonly Change[], context: ApplyContext) => Promise<readonly Outcome[]>;
}

/**
 * Stages that follow one another for some control planes at a time: of those that have changes in all of them, only one wave is
 * ever between two stages. The last of them restarts, and goes in waves for the others as well.
 */
export interface Waves {
  readonly inWaves: readonly Stage[];
}

/** One step of carrying a plan out. */
export type Step = Stage | Waves;
