/** No write over what somebody else has changed since the plan was made: two runs at a time would drop each other's work. */
import { Failure } from '../../model/failure.ts';
import type { PolicyDocument } from '../../model/policy.ts';
import type { Tags } from '../../model/world.ts';
import { normalStatements } from '../../policy/equivalence.ts';
import { tagValue } from '../../policy/tags.ts';
import type { Call } from '../client/aws-failure.ts';
import type { AwsContext } from '../client/request.ts';
import { poll } from '../client/retry.ts';

/** For each thing, the states that this run has overwritten: a later read that shows one of them is out of date. */
export type Overwritten = Map<string, ReadonlySet<string>>;

export interface WriteContext extends AwsContext {
  readonly overwritten: Overwritten;
}

/** How long IAM's reads may lag behind this run's own writes; mostly some seconds. */
const LATE = { forMs: 60_000 };

/** The state of what is not there. */
export const NONE = 'none';

/** A state as text that compares by meaning. */
export function policyState(document: PolicyDocument | null | undefined): string {
  return document === null || document === undefined ? NONE : normalStatements(document).join();
}

/** What a role has for each of these tags. */
export function tagState(tags: Tags, keys: readonly string[]): string {
  return JSON.stringify(keys.map((key) => tagValue(tags, key, 'iam') ?? null));
}

export interface PlannedWrite {
  /** What is written, in messages: `the trust policy of role space-prod`. */
  readonly thing: string;
  readonly planned: string;
  readonly wanted: string;
  readonly read: () => Promise<string>;
}

/**
 * Reads once more what is about to be overwritten. IAM has no conditional writes, so this narrows the gap for a lost update to
 * the time between two calls; who loses in it sees it in the verification. Throws `plan-changed` when it is neither what was
 * planned on nor what is wanted.
 */
export async function refuseLostUpdate(
  aws: WriteContext,
  call: Call,
  { thing, planned, wanted, read }: PlannedWrite,
): Promise<void> {
  const earlier = aws.overwritten.get(thing) ?? new Set();
  const options = { ...LATE, waitingFor: `IAM to show what this run has made of ${thing}` };
  const seen = await poll(aws, options, async () => {
    const state = await read();
    const isLate = earlier.has(state) && state !== planned && state !== wanted;
    return isLate ? undefined : state;
  });
  if (seen !== planned && seen !== wanted) throw changedSince(call, thing);
  noteOverwritten(aws, thing, planned);
}

/** Notes a state that this run has just overwritten; without a state, that the thing did not exist. */
export function noteOverwritten({ overwritten }: WriteContext, thing: string, state = NONE): void {
  overwritten.set(thing, new Set([...(overwritten.get(thing) ?? []), state]));
}

/** The Failure (`plan-changed`) for a thing that is not as it was planned on any more. */
export function changedSince(call: Call, thing: string): Failure {
  return new Failure('plan-changed', {
    tried: call.tried,
    said: `${thing} is not as it was when the plan was made`,
    next: 'Somebody else has changed it meanwhile, another run perhaps; it was left as it is. Run again to plan from what is there now.',
  });
}

/** Whether this run has made or changed it. */
export function hasWritten({ overwritten }: WriteContext, thing: string): boolean {
  return overwritten.has(thing);
}
