/** Retries, only as long as a change of this very run may still be on its way to STS and EKS. */
import type { Proving } from './proving.ts';

/** Mostly two seconds, at times 10 to 30, rarely a minute (reports on AssumeRoleWithWebIdentity). */
const PROPAGATION_MS = 90_000;
const FIRST_MS = 1_000;
const LONGEST_MS = 8_000;

/** The first final answer, or the last one once the time is up. Without a write of this run nothing is tried twice. */
export async function untilSettled<T>(
  { read, wroteToAwsAt }: Pick<Proving, 'read' | 'wroteToAwsAt'>,
  attempt: () => Promise<T>,
  isSettled: (answer: T) => boolean,
): Promise<T> {
  const { clock } = read;
  for (let pause = FIRST_MS; ; pause = Math.min(pause * 1.5, LONGEST_MS)) {
    const answer = await attempt();
    const left = wroteToAwsAt === undefined ? 0 : wroteToAwsAt + PROPAGATION_MS - clock.now();
    if (isSettled(answer) || left <= 0) return answer;
    await clock.sleep(Math.min(pause, left));
  }
}
