/** Plans in a form that a test can show. */
import type { ChangeBy, Plan } from '../../src/model/change.ts';
import type { Intent } from '../../src/model/config.ts';
import type { Operation } from '../../src/model/write.ts';
import { planRemoval, planTowards } from '../../src/plan/plan.ts';
import { isBy } from '../../src/resources/change-maker.ts';
import type { WorldParts } from './factories.ts';
import { desiredOf, worldOf } from './world-of.ts';

/** `update role/tags`, in order. */
export const brief = (plan: Pick<Plan, 'changes'>): readonly string[] =>
  plan.changes.map(({ action, id }) => `${action} ${id}`);

export const planFor = (intent: Intent, parts: WorldParts): Plan =>
  planTowards(desiredOf(intent, parts.cluster), worldOf(intent, parts));

export const removalFor = (intent: Intent, parts: WorldParts): Plan =>
  planRemoval(desiredOf(intent, parts.cluster), worldOf(intent, parts));

/** The changes of some ids, by the beginning of the id. */
export const towards = (intent: Intent, parts: WorldParts, id = ''): readonly string[] =>
  brief(planFor(intent, parts)).filter((text) => text.split(' ')[1]?.startsWith(id));

export const removal = (intent: Intent, parts: WorldParts): readonly string[] =>
  brief(removalFor(intent, parts));

export const reasons = (plan: Plan): readonly string[] => plan.blockers.map(({ reason }) => reason);

/** The one change of an operation; the test fails when there is none, or are several. */
export function only<O extends Operation>(plan: Pick<Plan, 'changes'>, operation: O): ChangeBy<O> {
  const [found, ...more] = plan.changes.filter(isBy([operation]));
  if (found === undefined || more.length > 0)
    throw new Error(`${more.length + (found === undefined ? 0 : 1)} changes by ${operation}`);
  return found;
}
