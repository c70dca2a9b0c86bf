/** Expectations as questions to IAM's simulator, and its answers found again. */
import type { Expectation, SimulatedAnswer, SimulationBatch } from '../model/evidence.ts';

/** IAM's simulator takes them all at once, but answers no more than so many at a time. */
const BATCH = 100;

/**
 * One call for each action, and one for each way to a key: IAM takes no actions together that `require different authorization
 * information`, and does not document which do.
 */
export function simulationBatches(expectations: readonly Expectation[]): readonly SimulationBatch[] {
  const groups = Map.groupBy(expectations, ({ action, context }) => `${action} ${JSON.stringify(context)}`);
  return [...groups.values()].flatMap((group) => {
    const actions = [...new Set(group.map(({ action }) => action))];
    const resources = [...new Set(group.map(({ resource }) => resource))];
    // The same for all of a group.
    const context = Object.fromEntries(group.flatMap((expectation) => Object.entries(expectation.context)));
    const starts = Array.from({ length: Math.ceil(resources.length / BATCH) }, (_, n) => n * BATCH);
    return starts.map((start) => ({ actions, resources: resources.slice(start, start + BATCH), context }));
  });
}

/** Finds the answer to an expectation; undefined where IAM gave none. */
export function answerFinder(
  answers: readonly SimulatedAnswer[],
): (expectation: Expectation) => SimulatedAnswer | undefined {
  const byQuestion = new Map(answers.map((answer) => [questionOf(answer), answer]));
  return (expectation) => byQuestion.get(questionOf(expectation));
}

/** IAM may spell an action in another case. */
function questionOf({
  action,
  resource,
  context,
}: Pick<Expectation, 'action' | 'resource' | 'context'>): string {
  return JSON.stringify([action.toLowerCase(), resource, context]);
}
