/** What makes a change that change, in a few characters: enough to see which ones differ between two plans. */
import { createHash } from 'node:crypto';
import type { Plan } from '../model/change.ts';
import { canonical } from './digest.ts';

/** By change id. */
export type Fingerprints = Readonly<Record<string, string>>;

export function fingerprints(plan: Plan): Fingerprints {
  return Object.fromEntries(
    plan.changes.map(({ id, action, before, after }) => {
      const text = canonical({ action, before, after });
      return [id, `${action} ${createHash('sha256').update(text).digest('hex').slice(0, 8)}`];
    }),
  );
}
