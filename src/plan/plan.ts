/** World + intent → plan: pure. `plan`, `check` and `apply` share it; `destroy` has its own direction. */
import type { Change, Plan } from '../model/change.ts';
import type { Intent } from '../model/config.ts';
import type { World } from '../model/world.ts';
import { resources } from '../resources/index.ts';
import type { Proposal } from '../resources/resource.ts';
import { targets } from '../space/targets.ts';
import { digest } from './digest.ts';

/** What it takes to give every selected control plane its identity. */
export function planTowards(intent: Intent, world: World): Plan {
  const proposals = Object.values(resources).map((resource) => resource.plan(intent, world));
  const nobody = targets(world).length === 0 ? ['no control plane with a host namespace is selected'] : [];
  return assemble(proposals, nobody, intent, world);
}

/** What it takes to leave nothing of this action's behind. */
export function planRemoval(intent: Intent, world: World): Plan {
  const proposals = Object.values(resources).map((resource) => resource.remove(intent, world));
  return assemble(proposals, [], intent, world);
}

function assemble(
  proposals: readonly Proposal[],
  warnings: readonly string[],
  intent: Intent,
  world: World,
): Plan {
  const changes: readonly Change[] = proposals.flatMap((proposal) => proposal.changes);
  return {
    changes,
    blockers: proposals.flatMap((proposal) => proposal.blockers ?? []),
    warnings: [...warnings, ...proposals.flatMap((proposal) => proposal.warnings ?? [])],
    digest: digest(intent, world, changes),
  };
}

/** The changes that this action would carry out; `foreign` entries are only shown. */
export function ownChanges(plan: Plan): readonly Change[] {
  return plan.changes.filter((change) => change.action !== 'foreign');
}

/** What `check` calls drift: everything but what is merely someone else's, and control planes still on their way. */
export function drifted(plan: Plan): readonly Change[] {
  return plan.changes.filter((change) => change.drift);
}
