/** Values of AWS's API in the form that this action uses: required members, parts of an ARN, lists of tags. */
import { Failure } from '../../model/failure.ts';
import type { Tags } from '../../model/world.ts';
import { type Call, NOT_AWS } from './aws-failure.ts';

/**
 * A member that the API model leaves optional and the service always sends. Throws `timed-out` without it, or with an empty text:
 * AWS did not answer.
 */
export function required<T>(value: T | null | undefined, member: string, call: Call): T {
  if (value === undefined || value === null || value === '') {
    throw new Failure('timed-out', { tried: call.tried, said: `the answer lacks ${member}`, next: NOT_AWS });
  }
  return value;
}

/** A text that is not always there: what is empty is absent, as it is written by whoever sends every member. */
export function given(text: string | undefined): string | undefined {
  return text === '' ? undefined : text;
}

/** The parts of an ARN that messages and records are made of; empty where an ARN has none. */
export interface ArnParts {
  /** `aws`, `aws-cn`, `aws-us-gov`, … */
  readonly partition: string;
  readonly region: string;
  readonly account: string;
}

/** Splits an ARN. Text that is no ARN gives empty parts. */
export function parseArn(arn: string): ArnParts {
  const [, partition = '', , region = '', account = ''] = arn.split(':');
  return { partition, region, account };
}

interface Tag {
  readonly Key: string | undefined;
  readonly Value: string | undefined;
}

/** IAM's list of pairs as a record. */
export function fromPairs(tags: readonly Tag[] | undefined): Tags {
  return Object.fromEntries(
    (tags ?? []).flatMap(({ Key, Value }) => (Key === undefined ? [] : [[Key, Value ?? '']])),
  );
}

/** A record of tags as IAM's list of pairs. */
export function toPairs(tags: Tags): { Key: string; Value: string }[] {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}
