/** World + desired → plan: pure. `plan`, `check` and `apply` share it; `destroy` has its own direction. */
import type { Blocker, Plan } from '../model/change.ts';
import type { Desired, Proposal } from '../model/desired.ts';
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
  return { ...plan, blockers: sharedIfForAll(plan.blockers, world) };
}

/** Only `check` looks for it, and nothing of it will be written: no part of the digest. */
function withLeftBehind(plan: Plan, desired: Desired, world: World): Plan {
  const { changes, warnings = [] } = planLeftBehind(desired, world);
  return { ...plan, changes: [...plan.changes, ...changes], warnings: [...plan.warnings, ...warnings] };
}

/** What keeps one control plane from being served keeps no other; where it keeps every one of them, nothing is worth a write. */
function sharedIfForAll(blockers: readonly Blocker[], { placed }: World): readonly Blocker[] {
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
