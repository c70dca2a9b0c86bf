/** Plans in a form that a test can show. */
import type { Change, ChangeOf, Plan, ResourceName } from '../../src/model/change.ts';
import type { Intent } from '../../src/model/config.ts';
import type { World } from '../../src/model/world.ts';
import { planRemoval, planTowards } from '../../src/plan/plan.ts';

/** `update role/tags`, in order. */
export const brief = (plan: Plan): readonly string[] => plan.changes.map((one) => `${one.action} ${one.id}`);

/** The changes of some ids, by the beginning of the id. */
export const towards = (intent: Intent, world: World, id = ''): readonly string[] =>
  brief(planTowards(intent, world)).filter((one) => one.split(' ')[1]?.startsWith(id));

export const removal = (intent: Intent, world: World): readonly string[] => brief(planRemoval(intent, world));

export const reasons = (plan: Plan): readonly string[] => plan.blockers.map((one) => one.reason);

/** The one change of a resource; the test fails when there is none, or are several. */
export function only<R extends ResourceName>(plan: Plan, resource: R): ChangeOf<R> {
  const found = plan.changes.filter((change): change is ChangeOf<R> => isOf(change, resource));
  const [one, ...more] = found;
  if (one === undefined || more.length > 0) throw new Error(`${found.length} changes of ${resource}`);
  return one;
}

function isOf<R extends ResourceName>(change: Change, resource: R): change is ChangeOf<R> {
  return change.resource === resource;
}
