/** The plan as lines of the job log. */
import type { Config } from '../model/config.ts';
import type { Change, Plan } from '../model/change.ts';
import type { World } from '../model/world.ts';
import { displayName } from '../space/targets.ts';
import { summaryLine } from './counts.ts';
import { namespaceOf } from './shared-changes.ts';
import { helmValuesYaml } from './values.ts';

const SIGNS: Readonly<Record<Change['action'], string>> = {
  create: '+',
  update: '~',
  delete: '-',
  restart: '↻',
  wait: '…',
  foreign: '?',
};

/** Counts first, then one line per change with its reason and its effect, then what someone else has to set. */
export function planLines(config: Config, plan: Plan, world: World): readonly string[] {
  const names = new Map(world.controlPlanes.map((one) => [one.namespace, displayName(one)]));
  const changes = plan.changes.map((change) => {
    const whose = names.get(namespaceOf(change));
    const effect = change.effect === '' ? '' : ` [${change.effect}]`;
    const of = whose === undefined || namespaceOf(change) === undefined ? '' : ` (${whose})`;
    return oneLine(`  ${SIGNS[change.action]} ${change.id}${of}: ${change.reason}${effect}`);
  });
  return [summaryLine(config, plan), ...changes, ...valuesForOthers(config, world), `plan ${plan.digest}`];
}

/** With `annotate: none` the values are someone else's to set: they are shown to be taken over. */
function valuesForOthers({ intent }: Config, world: World): readonly string[] {
  if (intent.release.annotate !== 'none') return [];
  const values = helmValuesYaml(intent, world).trimEnd().split('\n');
  return [
    'Values that the Space’s release needs (output `helm-values`):',
    ...values.map((line) => `    ${line}`),
  ];
}

/** Values that come from a cluster or a tag can't start a line of their own in the log. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ');
}
