/** What makes a change that change, in a few characters: enough to see which ones differ between two plans. */
import { createHash } from 'node:crypto';
import type { Plan } from '../model/change.ts';
import { canonical, decisive } from './digest.ts';

/** By the address of the change. */
export type Fingerprints = Readonly<Record<string, string>>;

/** Action and eight hexadecimal digits for each change. */
export function fingerprints({ changes }: Pick<Plan, 'changes'>): Fingerprints {
  return Object.fromEntries(
    changes.map((change) => {
      const hash = createHash('sha256')
        .update(canonical(decisive(change)))
        .digest('hex');
      return [change.address, `${change.action} ${hash.slice(0, 8)}`];
    }),
  );
}
