import { readAwsError } from './aws-error.ts';
import { awsFailure } from './aws-failure.ts';
import type { Call } from './aws-failure.ts';

/** Errors that are an answer to the question asked, by code without the suffix `Exception`: `NoSuchEntity` means there is none. */
export type Answers<A> = Readonly<Record<string, (error: unknown) => A | Promise<A>>>;

/** Sends one call. Every error leaves as a Failure that names the call, but for those that `answers` knows how to read. */
export async function request<T, A = never>(
  call: Call,
  send: () => Promise<T>,
  answers: Answers<A> = {},
): Promise<T | A> {
  try {
    return await send();
  } catch (error) {
    const read = readAwsError(error);
    const answer = read && answers[read.name];
    if (answer === undefined) throw awsFailure(error, call);
    return await answer(error);
  }
}

/** For `answers`: what was asked for isn't there. */
export function absent(): undefined {
  return undefined;
}

/** A member that the API model leaves optional and the service always sends. */
export function required<T>(value: T | null | undefined, member: string, call: Call): T {
  if (value === undefined || value === null) {
    throw awsFailure(new Error(`the answer of AWS lacks ${member}`), call);
  }
  return value;
}

/** Every page of a list. */
export async function pages<P, T>(
  page: (marker: string | undefined) => Promise<P>,
  items: (page: P) => readonly T[] | undefined,
  next: (page: P) => string | undefined,
): Promise<T[]> {
  const all: T[] = [];
  let marker: string | undefined;
  do {
    const current = await page(marker);
    all.push(...(items(current) ?? []));
    marker = next(current);
  } while (marker !== undefined && marker !== '');
  return all;
}
