/** World + desired → plan: pure. `plan`, `check` and `apply` share it; `destroy` has its own direction. */
import { countOf } from '../model/count.ts';
import type { Blocker, Change, HostKey, Plan } from '../model/change.ts';
import type { Desired, Proposal } from '../model/desired.ts';
import { Failure } from '../model/failure.ts';
import type { RunRecord } from '../model/record.ts';
import type { World } from '../model/world.ts';
import { removers } from '../resources/index.ts';
import { planLeftBehind } from '../resources/left-behind.ts';
import { digest } from './digest.ts';
import { nothingListed, wrongCluster } from './doubts.ts';

/** What it takes to give every selected control plane its identity. */
export function planTowards(desired: Desired, world: World): Plan {
  const doubts = [...wrongCluster(world), ...nothingListed(desired, world)];
  const isNobody = doubts.length === 0 && world.placed.length === 0;
  const nobody = world.listsControlPlanes
    ? 'no control plane with a host namespace is selected'
    : 'the Space has no control plane yet: what all have in common can be made before; run again when there is one';
  const proposals = [
    { changes: [], warnings: isNobody ? [nobody] : [] },
    ...desired.mechanism.resources.map((plan) => plan(desired, world)),
  ];
  const plan = withLeftBehind(assemble(proposals, doubts, desired, world), desired, world);
  return { ...plan, blockers: ofAll(plan.blockers, world) };
}

/** Only `check` looks for it, and nothing of it will be written: no part of the digest. */
function withLeftBehind(plan: Plan, desired: Desired, world: World): Plan {
  const { changes, warnings = [] } = planLeftBehind(desired, world);
  return { ...plan, changes: [...plan.changes, ...changes], warnings: [...plan.warnings, ...warnings] };
}

/** What keeps one control plane from being served keeps no other; where it keeps every one of them, nothing is worth a write. */
function ofAll(blockers: readonly Blocker[], { placed }: World): readonly Blocker[] {
  const blocked = new Set(blockers.map(({ host }) => host?.name));
  if (!placed.every(({ name }) => blocked.has(name))) return blockers;
  return blockers.map(({ host: _host, ...rest }) => rest);
}

/** What it takes to leave nothing of this action's behind. */
export function planRemoval(desired: Desired, world: World): Plan {
  return assemble(
    removers.map((plan) => plan(desired, world)),
    wrongCluster(world),
    desired,
    world,
  );
}

function assemble(
  proposals: readonly Proposal[],
  doubts: readonly Blocker[],
  desired: Desired,
  world: World,
): Plan {
  const changes = proposals.flatMap((proposal) => proposal.changes);
  return {
    changes,
    blockers: proposals.flatMap((proposal) => proposal.blockers ?? []),
    doubts,
    warnings: [
      ...doubts.map(({ message, next }) => `${message}. ${next}`),
      ...proposals.flatMap((proposal) => proposal.warnings ?? []),
    ],
    digest: digest(desired, world, changes),
  };
}

/** The changes that this action would carry out; `foreign` and `keep` entries are only shown. */
export function ownChanges({ changes }: Pick<Plan, 'changes'>): readonly Change[] {
  return changes.filter(({ write }) => write.op !== 'none');
}

/** What `check` calls drift: everything but what is merely someone else's, and control planes still on their way. */
export function drifted({ changes }: Pick<Plan, 'changes'>): readonly Change[] {
  return changes.filter(({ drift }) => drift);
}

/** What kept a check from looking at all that it should judge: no difference, and no proof that there is none. */
export function notLookedAt({ blockers }: Pick<Plan, 'blockers'>): readonly Blocker[] {
  return blockers.filter(({ reason }) => reason === 'access-denied');
}

/** How many differences a check has found, and things that are in the way of what is wanted. */
export function differenceCount(plan: Pick<Plan, 'changes' | 'blockers'>): number {
  return drifted(plan).length + plan.blockers.length - notLookedAt(plan).length;
}

/** The failure of a check that could not look at all that it should judge; undefined when it could. */
export function unseenFailure(plan: Pick<Plan, 'blockers'>): Failure | undefined {
  const [denied] = notLookedAt(plan);
  if (denied === undefined) return undefined;
  const { target, message: said, next } = denied;
  return new Failure('access-denied', { tried: `compare ${target} with what is wanted`, said, next });
}

/** The failure of a check that found differences; undefined when there are none. */
export function driftFailure(plan: Plan): Failure | undefined {
  if (differenceCount(plan) === 0) return undefined;
  const drift = drifted(plan);
  const blocked = plan.blockers.map(({ target, message, next }) => `${target}: ${message} (${next})`);
  const count = drift.length === 0 ? [] : [`${countOf(drift.length, 'difference')}: ${nameSome(drift)}`];
  return new Failure('drift', {
    tried: 'compare what is there with what is wanted',
    said: [...count, ...blocked].join('; '),
    next:
      drift.length === 0
        ? 'Remove what is in the way, then run again.'
        : 'Run `mode: plan` to see them, `mode: apply` to put them right.',
  });
}

/** The first failure among the outcomes, with what else failed and what was not attempted. */
export function firstFailure({ plan, outcomes }: Pick<RunRecord, 'plan' | 'outcomes'>): Failure | undefined {
  const all = [...outcomes.values()];
  const broken = all.filter(({ status }) => status === 'failed');
  // What was not begun has a failure only when the job was cancelled.
  const first = [...broken, ...all].find(({ failure }) => failure !== undefined)?.failure;
  if (first === undefined) return undefined;
  const more = broken.length - 1;
  const left = (plan?.changes ?? []).filter(
    ({ address }) => outcomes.get(address)?.status === 'not-attempted',
  );
  const { tried, said, next, cause } = first.details;
  const others = more > 0 ? `; ${more} more failed` : '';
  const open = left.length > 0 ? `; not attempted: ${nameSome(left)}` : '';
  return new Failure(first.reason, { tried, said: `${said}${others}${open}`, next, cause });
}

function nameSome(changes: readonly Change[]): string {
  const ids = [...new Set(changes.map(({ id }) => id))];
  return ids.length <= 8 ? ids.join(', ') : `${ids.slice(0, 8).join(', ')} and ${ids.length - 8} more`;
}

/** Whether a plan's entry is about one of these control planes. */
export function isAbout(names: ReadonlySet<string>): (entry: { readonly host?: HostKey }) => boolean {
  return ({ host }) => host !== undefined && names.has(host.name);
}
