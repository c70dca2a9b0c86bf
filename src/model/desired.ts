/** What should be, and the shapes of everything that compares it with what is. */
import type { Blocker, Change } from './change.ts';
import type { CheckName } from './check.ts';
import type { Intent } from './config.ts';
import type { Evidence, Finding } from './evidence.ts';
import type { Grants } from './grant.ts';
import type { Json } from './json.ts';
import type { Mechanism } from './mechanism.ts';
import type { Host } from './host.ts';
import type { World } from './world.ts';

export interface Desired {
  readonly intent: Intent;
  /** The mechanism by which the controllers shall get the role. */
  readonly mechanism: Mechanism;
  /** The one that is not wanted; what is left of it goes. */
  readonly otherMechanism: Mechanism;
  readonly grants: Grants;
  /** The inputs that make a plan another plan, by name. */
  readonly digestInputs: Readonly<Record<string, Json>>;
}

/** What should change, why that may be impossible, and what the reader should know. */
export interface Proposal {
  readonly changes: readonly Change[];
  readonly blockers?: readonly Blocker[];
  readonly warnings?: readonly string[];
}

/** Pure: what of one resource differs between the world and what is desired. */
export type Planner = (desired: Desired, world: World) => Proposal;

/** Pure: one judgement about one control plane. */
export type CheckFunction = (host: Host, desired: Desired, world: World, evidence: Evidence) => Finding;

export type NamedCheck = readonly [CheckName, CheckFunction];
