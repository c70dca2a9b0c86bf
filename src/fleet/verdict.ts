/** The verdict on a run that looked for clusters: whether anything was seen, and the sentences about it. Pure. */
import { countOf } from '../model/count.ts';
import { Failure } from '../model/failure.ts';
import type { AccountView, Refusal } from '../model/fleet.ts';
import type { FoundFleet } from './entries.ts';
import { MOST_JOBS } from './outputs.ts';

/** How many places are named. */
const MOST_NAMED = 10;

/** The Failure of a run that could look at nothing, with the reason of its first refusal; undefined when it saw anything. */
export function nothingSeen(views: readonly AccountView[]): Failure | undefined {
  const refusals = views.flatMap((view) => view.refusals);
  const [first] = refusals;
  if (first === undefined || views.some(({ looks }) => looks > 0)) return undefined;
  const named = refusals.slice(0, MOST_NAMED).map((refusal) => `  - ${sayOf(refusal)}`);
  const more =
    refusals.length > MOST_NAMED ? [`  - and ${refusals.length - MOST_NAMED} more: see the log`] : [];
  return new Failure(first.failure.reason, {
    tried: 'look for EKS clusters',
    said: `nothing could be looked at\n${[...named, ...more].join('\n')}`,
    next: first.failure.details.next,
    cause: first.failure,
  });
}

function sayOf({ account, region, cluster, failure }: Refusal): string {
  const place = [account, region, cluster].filter((part) => part !== '').join(' ');
  return `${place === '' ? 'this job' : place}: ${failure.reason}: ${failure.details.said}`;
}

/** What a reader of the run should know besides the tables; empty when there is nothing. */
export function fleetWarnings({ members, unreachable }: FoundFleet): readonly string[] {
  return [
    ...(unreachable.length === 0
      ? []
      : [
          `${countOf(unreachable.length, 'place')} could not be looked at or used, and the matrix lacks what is there: the output \`unreachable\` has the reasons`,
        ]),
    ...(members.length === 0 && unreachable.length === 0
      ? [
          'no cluster fits: check `regions`, `cluster-tags` and `clusters`. A job that gets an empty matrix fails; let it run `if` the output `matrices` is not `[]`',
        ]
      : []),
    ...(members.length > MOST_JOBS
      ? [
          `${countOf(members.length, 'cluster')} are more than the ${MOST_JOBS} jobs of one matrix: \`matrix\` is empty, and \`matrices\` has them all`,
        ]
      : []),
  ];
}
