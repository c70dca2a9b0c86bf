/** What to do when AWS says that the thing to be made exists: the answer to the first attempt was lost, or others made it. */
import { Failure } from '../../model/failure.ts';
import { type Call, quote } from '../client/aws-failure.ts';
import type { AwsContext } from '../client/request.ts';

export interface Existing<T> {
  /** Undefined as long as AWS does not show it. */
  readonly find: () => Promise<T | undefined>;
  /** In messages. */
  readonly nameOf: (found: T) => string;
  /** Why it is not this action's, in words: `lacks the tags of this action`. */
  readonly whyOthers: (found: T) => string | undefined;
  /** What keeps it from being what was to be made, in words: `trusts others`. */
  readonly differenceTo: (found: T) => string | undefined;
  /** What else to do about one that differs. */
  readonly advice: string;
}

/**
 * The thing that exists, when it is just what was to be made, with this action's tags: made by this run, or by one like it.
 * Undefined when AWS shows none. Throws `not-owned` when it is somebody else's, and `plan-changed` when another run of this
 * action has made it otherwise.
 */
export async function takeExisting<T>(
  aws: AwsContext,
  call: Call,
  { find, nameOf, whyOthers, differenceTo, advice }: Existing<T>,
  error: unknown,
): Promise<T | undefined> {
  const found = await find();
  if (found === undefined) return undefined;
  const theirs = whyOthers(found);
  const difference = theirs ?? differenceTo(found);
  if (difference === undefined) {
    aws.log.info(`${nameOf(found)} is there already, just as wanted`);
    return found;
  }
  const ofTheirs = `${advice} Run again to plan from what is there now; \`adopt: true\` takes over what lacks this action's tags.`;
  const ofOurs = 'Another run of this action made it meanwhile. Run again to plan from what is there now.';
  throw new Failure(theirs === undefined ? 'plan-changed' : 'not-owned', {
    tried: call.tried,
    said: `${quote(error)}; ${nameOf(found)}, made after the plan, ${difference}`,
    next: theirs === undefined ? ofOurs : ofTheirs,
    cause: error,
  });
}
