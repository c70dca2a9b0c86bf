/** One call to AWS: what all calls share, which errors are an answer, and every other error as a Failure. */
import pLimit from 'p-limit';
import type { Clock, Log } from '../../model/ports.ts';
import { isClusterMissing, readAwsError } from './aws-error.ts';
import { awsFailure, type Call } from './aws-failure.ts';
import type { AwsClients } from './clients.ts';

/** What the functions of one reader or writer share. */
export interface AwsContext {
  readonly clients: AwsClients;
  readonly log: Log;
  readonly clock: Clock;
  /** Bounds how many calls run at the same time, and begins none once the job is cancelled. */
  readonly limit: <T>(send: () => Promise<T>) => Promise<T>;
}

/** A Space has tens of associations: enough to read them quickly, few enough for the request rates of EKS and IAM. */
const CONCURRENT_CALLS = 10;

/** A context with a limit of its own on concurrent calls. */
export function createContext(clients: AwsClients, log: Log, clock: Clock): AwsContext {
  const limited = pLimit(CONCURRENT_CALLS);
  const limit = async <T>(send: () => Promise<T>): Promise<T> =>
    await limited(async () => {
      clock.throwIfCancelled();
      return await send();
    });
  return { clients, log, clock, limit };
}

/** Errors that answer the question, by code without the suffix `Exception`: `NoSuchEntity` means that it does not exist. */
export type Answers<A> = Readonly<Record<string, (error: unknown) => A | Promise<A>>>;

/** Sends one call. Throws every error as a Failure that names the call, but for those in `answers`. */
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

/** For `answers`: the thing does not exist. */
export function absent(): undefined {
  return undefined;
}

/** The same of a thing inside a cluster: throws where it is the cluster that does not exist, for which EKS has the same code. */
export function absentInCluster(call: Call): (error: unknown) => undefined {
  return (error) => {
    if (isClusterMissing(error)) throw awsFailure(error, call);
    return undefined;
  };
}
