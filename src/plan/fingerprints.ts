/** What makes a change that change, in a few characters: enough to see which ones differ between two plans. */
import { createHash } from 'node:crypto';
import type { Plan } from '../model/change.ts';
import { canonical } from './digest.ts';

/** By change id. */
export type Fingerprints = Readonly<Record<string, string>>;

/** Several changes may share an id, such as the pod labels: they are told apart as one. */
export function fingerprints(plan: Plan): Fingerprints {
  const byId = Map.groupBy(plan.changes, (change) => change.id);
  return Object.fromEntries(
    [...byId].map(([id, changes]) => {
      const text = canonical(changes.map(({ action, before, after }) => ({ action, before, after })));
      const actions = [...new Set(changes.map((change) => change.action))].join('+');
      return [id, `${actions} ${createHash('sha256').update(text).digest('hex').slice(0, 8)}`];
    }),
  );
}
