/** Waits until Spaces has carried to the service accounts what this run has put into its values. */
import type { Intent } from '../model/config.ts';
import type { Readers } from '../model/ports.ts';
import type { World } from '../model/world.ts';
import { waitUntil } from './wait-until.ts';

/** What Spaces has not carried by then, it does not carry. */
const CARRY_MS = 60_000;

/**
 * Where a service account carried the role when the plan was made, nobody waits for it; and yet Spaces may just have been taking it
 * off, for what its values said before. Within a bound; what does not come is left to the verification. Tells whether it was waited.
 */
export async function waitForAnnotations(
  read: Readers,
  intent: Intent,
  { placed }: World,
  roleArn: string,
): Promise<boolean> {
  const lacking = placed.filter(
    ({ serviceAccount }) => serviceAccount !== undefined && serviceAccount.roleArn !== roleArn,
  );
  if (lacking.length === 0) return false;
  await waitUntil(read, {
    what: 'the annotation on the service accounts',
    timeoutMs: Math.min(intent.waitSeconds * 1000, CARRY_MS),
    look: async () => {
      const accounts = await read.kubernetes.serviceAccounts(intent.serviceAccount);
      const there = new Set(
        accounts.filter((account) => account.roleArn === roleArn).map(({ namespace }) => namespace),
      );
      return new Set(lacking.map(({ namespace }) => namespace).filter((name) => !there.has(name)));
    },
  });
  return true;
}
