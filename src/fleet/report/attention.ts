/** Why the step fails: what somebody has to look at. */
import { Failure } from '../../model/failure.ts';
import { countsText } from './documents.ts';
import { placeName } from './gather.ts';
import { type Fleet, needsAttention } from './model.ts';

/** How many clusters are named. */
const MOST_NAMED = 10;

/** The Failure that ends the step; undefined when nothing is drifted, unknown or failed. */
export function attentionFailure(fleet: Fleet): Failure | undefined {
  if (!needsAttention(fleet.verdict)) return undefined;
  const open = fleet.rows.filter(({ verdict }) => needsAttention(verdict));
  const named = open
    .slice(0, MOST_NAMED)
    .map(
      ({ cluster, region, account, verdict }) =>
        `${placeName({ name: cluster, region, account }) || 'all clusters'} ${verdict}`,
    );
  const left = open.length - named.length;
  const names = [...named, ...(left > 0 ? [`and ${left} more`] : [])].join(', ');
  return new Failure(fleet.verdict === 'drifted' ? 'drift' : 'not-verified', {
    tried: `gather what the jobs of ${fleet.label} have found`,
    said: [countsText(fleet), names].filter((part) => part !== '').join(': '),
    next: 'See the summary of this job for each cluster. With `fail-on-drift: false` this step only reports.',
  });
}
