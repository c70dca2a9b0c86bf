/** The one shape of everything that the action keeps in order. */
import type {
  Blocker,
  Change,
  ChangeBase,
  ChangeOf,
  Outcome,
  Payloads,
  ResourceName,
} from '../model/change.ts';
import type { Intent } from '../model/config.ts';
import type { Readers, Writers } from '../model/ports.ts';
import type { World } from '../model/world.ts';

/** What a resource thinks should change, why that may be impossible, and what the reader should know. */
export interface Proposal {
  readonly changes: readonly Change[];
  readonly blockers?: readonly Blocker[];
  readonly warnings?: readonly string[];
}

/** What a resource gets to carry its changes out with. */
export interface Workshop {
  readonly intent: Intent;
  readonly world: World;
  readonly read: Readers;
  readonly write: Writers;
  /** When an association or annotation last changed in this run, in milliseconds; webhooks see it only some seconds later. */
  identityChangedAt: number | undefined;
  /** Namespaces whose controller was restarted. */
  readonly restarted: Set<string>;
}

export interface Resource<R extends ResourceName> {
  /** Pure: towards what is wanted. */
  plan(intent: Intent, world: World): Proposal;
  /** Pure: towards nothing of ours left (`destroy`). */
  remove(intent: Intent, world: World): Proposal;
  /** Carries out exactly these changes; every one of them gets an outcome. Throws nothing but defects. */
  apply(changes: readonly ChangeOf<R>[], workshop: Workshop): Promise<readonly Outcome[]>;
}

export const NOTHING: Proposal = { changes: [] };

type Draft = Pick<ChangeBase, 'id' | 'action' | 'target' | 'reason' | 'severity'> & Partial<ChangeBase>;

/** A change with its silent parts filled in: no effect beyond itself, nothing before, nothing after, counts as drift. */
export function change<R extends Exclude<ResourceName, 'foreign'>>(
  resource: R,
  payload: Payloads[R],
  draft: Draft,
): ChangeBase & { readonly resource: R; readonly payload: Payloads[R] } {
  return { effect: '', before: null, after: null, drift: true, ...draft, resource, payload };
}

/** Something seen that is not ours: reported, never written. `drift` when it sits on something that is ours. */
export function foreign(draft: Omit<Draft, 'action'>): ChangeOf<'foreign'> {
  return {
    effect: '',
    before: null,
    after: null,
    drift: false,
    ...draft,
    action: 'foreign',
    resource: 'foreign',
    payload: null,
  };
}
