/** The plan as lines of the job log. */
import type { Config } from '../model/config.ts';
import type { Action, Change, Plan } from '../model/change.ts';
import type { Desired } from '../model/desired.ts';
import type { World } from '../model/world.ts';
import { summaryLine } from './counts.ts';
import { andMore, foldKept } from './kept.ts';
import { helmValuesYaml } from './values.ts';

const SIGNS: Readonly<Record<Action, string>> = {
  create: '+',
  update: '~',
  delete: '-',
  restart: '↻',
  wait: '…',
  keep: '=',
  foreign: '?',
};

export interface PlanLines {
  /** How many changes of each kind. */
  readonly counts: string;
  readonly changes: readonly string[];
  /** What someone else has to set, and the digest. */
  readonly end: readonly string[];
}

/** No line of it holds a line end. */
export function planLines(config: Config, desired: Desired, plan: Plan, world: World): PlanLines {
  return {
    counts: summaryLine(config, plan),
    changes: changeLines(plan.changes),
    end: [...valuesForOthers(desired, world), `plan ${plan.digest}`],
  };
}

/** A line for each change with its reason and its effect; many that are kept share one. */
export function changeLines(changes: readonly Change[]): readonly string[] {
  const { alone, lines } = foldKept(changes);
  return [
    ...alone.map((change) => {
      const { action, reason, effect } = change;
      const consequence = effect === '' ? '' : ` [${effect}]`;
      return oneLine(`  ${SIGNS[action]} ${named(change)}: ${reason}${consequence}`);
    }),
    ...lines.map((line) =>
      oneLine(`  ${SIGNS.keep} ${line.count}: ${andMore(line.named.map(named), line.count)}: ${line.reason}`),
    ),
  ];
}

/** The id, and the control plane where the id does not name it already. */
function named({ id, host, write }: Change): string {
  const isNamed = host === undefined || host.name === host.namespace || write.op === 'await-control-plane';
  return isNamed ? id : `${id} (${host.name})`;
}

/** With `annotate: none` the values are someone else's to set: they are shown to be taken over. */
function valuesForOthers(desired: Desired, { target }: World): readonly string[] {
  if (desired.intent.release.annotate !== 'none') return [];
  const values = helmValuesYaml(desired, target).trimEnd().split('\n');
  return [
    "Values that the Space's release needs (output `helm-values`):",
    ...values.map((line) => `    ${line}`),
  ];
}

/** Values that come from a cluster or a tag can't start a line of their own in the log. */
export function oneLine(text: string): string {
  return text.replaceAll(/[\r\n]+/g, ' ');
}
