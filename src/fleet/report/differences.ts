/** What a plan has found that is not as it should be: which changes count, and their names for a row. */
import type { JobPlan } from './files.ts';

type Change = JobPlan['changes'][number];

/** Actions of a plan that change something. */
export const WRITING_ACTIONS: ReadonlySet<string> = new Set(['create', 'update', 'delete', 'restart']);

/** A `foreign` entry is drift where it is on something of ours: such an entry is one of security. */
export function isDifference({ action, severity }: Change): boolean {
  return WRITING_ACTIONS.has(action) || (action === 'foreign' && severity === 'security');
}

/** How many differences are named. */
const MOST_NAMED = 6;

/** `` `role/tags` update, `association` create (3) ``; empty without any. */
export function differencesText({ changes, controlPlanes }: JobPlan): string {
  const kinds = kindsOfPlanes(controlPlanes);
  const groups = Map.groupBy(
    changes.filter(isDifference),
    ({ id, action }) => `\`${kinds.get(id) ?? id}\` ${action}`,
  );
  const named = [...groups].map(([name, { length }]) => (length === 1 ? name : `${name} (${length})`));
  const left = named.length - MOST_NAMED;
  return [...named.slice(0, MOST_NAMED), ...(left > 0 ? [`and ${left} more`] : [])].join(', ');
}

/** What is done for each control plane is counted: namespaces differ from cluster to cluster, where the same may have happened. */
function kindsOfPlanes(planes: JobPlan['controlPlanes']): ReadonlyMap<string, string> {
  const kinds = ['association', 'annotation', 'restart'];
  return new Map(
    planes.flatMap(({ namespace }) => kinds.map((kind): [string, string] => [`${kind}/${namespace}`, kind])),
  );
}
