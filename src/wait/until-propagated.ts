/** Tries again only as long as a change of this very run may still be on its way to STS and EKS. */
import type { Clock } from '../model/ports.ts';
import { growing, repeat } from './repeat.ts';

/** Mostly two seconds, at times 10 to 30, rarely a minute (reports on AssumeRoleWithWebIdentity). */
const PROPAGATION_MS = 90_000;
const PAUSES = growing(1_000, 8_000);

export interface Propagation {
  readonly clock: Clock;
  /** When this run last wrote to AWS, in milliseconds since the epoch; undefined when it did not. */
  readonly wroteToAwsAt: number | undefined;
}

/** The first final answer, or the last one once the time is up. Without a write of this run nothing is tried twice. */
export async function untilPropagated<T>(
  { clock, wroteToAwsAt }: Propagation,
  attempt: () => Promise<T>,
  isFinal: (answer: T) => boolean,
): Promise<T> {
  return await repeat({
    clock,
    pauses: PAUSES,
    attempt: async () => {
      const answer = await attempt();
      const mayChange = wroteToAwsAt !== undefined && !isFinal(answer);
      return mayChange ? { answer, retryUntil: wroteToAwsAt + PROPAGATION_MS } : { answer };
    },
  });
}
