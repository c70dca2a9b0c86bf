/** Associations that are made while the Pod Identity agent comes up. */
import type { Change, ChangeBy, Outcome } from '../model/change.ts';
import { isBy } from '../resources/change-maker.ts';
import { applyAgent, applyAssociations } from './aws-writes.ts';
import type { ApplyContext, Stage } from './context.ts';
import { NOT_ATTEMPTED } from './outcomes.ts';

const makesAgent = isBy(['create-add-on']);
const makesAssociation = isBy(['create-association']);

/** Whether it is an association of one of these hosts. */
export function isBeside(names: ReadonlySet<string>): (change: Change) => boolean {
  return (change) => makesAssociation(change) && change.host !== undefined && names.has(change.host.name);
}

/** Makes the agent, and the associations of these hosts beside it once EKS has accepted it. */
export function agentAndAssociations(names: ReadonlySet<string>): Stage {
  const takesBeside = isBeside(names);
  return {
    title: 'Pod Identity agent, and associations that need not wait for it',
    takes: (change) => makesAgent(change) || takesBeside(change),
    run: async (changes, context) => {
      const outcomes = await sideBySide(
        changes.filter(makesAgent),
        changes.filter(makesAssociation),
        context,
      );
      return changes.map((change) => outcomes.get(change) ?? NOT_ATTEMPTED);
    },
  };
}

async function sideBySide(
  agent: readonly ChangeBy<'create-add-on'>[],
  associations: readonly ChangeBy<'create-association'>[],
  context: ApplyContext,
): Promise<ReadonlyMap<Change, Outcome>> {
  const { promise: isAccepted, resolve } = Promise.withResolvers<boolean>();
  const made = applyAgent(agent, context, () => resolve(true)).finally(() => resolve(false));
  const own = (await isAccepted) ? await applyAssociations(associations, context) : [];
  const ofAgent = await made;
  return new Map<Change, Outcome>([
    ...agent.map((change, n) => [change, ofAgent[n] ?? NOT_ATTEMPTED] as const),
    ...associations.map((change, n) => [change, own[n] ?? NOT_ATTEMPTED] as const),
  ]);
}
