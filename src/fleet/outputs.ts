/** The outputs of the step, and the file that has all of it. Pure. */
import { countOf } from '../model/count.ts';
import { Failure } from '../model/failure.ts';
import type { Json } from '../model/json.ts';
import { shortenedList } from '../report/fitting.ts';
import type { FoundFleet, FleetEntry, Unreachable } from './entries.ts';

/** GitHub makes no more jobs of one matrix (workflow syntax, `jobs.<job_id>.strategy.matrix`). */
export const MOST_JOBS = 256;

/**
 * GitHub takes 1 MB for all outputs of a job, which it measures as UTF-16: half as many characters. `unreachable` has up to
 * 100,000 of them, and the rest keep some distance.
 */
const MOST_CHARACTERS = 380_000;

export type FleetOutputs = Readonly<Record<'matrix' | 'matrices' | 'unreachable', string>>;

/** One matrix of GitHub. */
interface Matrix {
  readonly include: readonly FleetEntry[];
}

const NONE = JSON.stringify({ include: [] } satisfies Matrix);

/**
 * `matrices` has every entry, 256 in each. `matrix` has them where they are no more than that, and else none: GitHub refuses an
 * empty matrix, where one with the first of them would leave out the others unseen. Throws `quota-exceeded` for a fleet that does not fit
 * into GitHub's outputs.
 */
export function fleetOutputs({ members, unreachable }: FoundFleet): FleetOutputs {
  const entries = members.map(({ entry }) => entry);
  const matrices = chunks(entries).map((include): Matrix => ({ include }));
  const [first] = matrices;
  const matrix = first === undefined || matrices.length > 1 ? NONE : JSON.stringify(first);
  const outputs = { matrix, matrices: JSON.stringify(matrices) };
  if (outputs.matrix.length + outputs.matrices.length > MOST_CHARACTERS) throw tooMany(entries.length);
  return { ...outputs, ...unreachableOutput(unreachable) };
}

/** Alone, for a run that has no fleet to tell of. */
export function unreachableOutput(unreachable: readonly Unreachable[]): Pick<FleetOutputs, 'unreachable'> {
  return { unreachable: shortenedList(unreachable.map((one): Json => ({ ...one }))) };
}

function chunks(entries: readonly FleetEntry[]): readonly (readonly FleetEntry[])[] {
  const count = Math.ceil(entries.length / MOST_JOBS);
  return Array.from({ length: count }, (_, n) => entries.slice(n * MOST_JOBS, (n + 1) * MOST_JOBS));
}

function tooMany(count: number): Failure {
  return new Failure('quota-exceeded', {
    tried: 'hand the matrix to the later jobs',
    said: `a fleet of ${countOf(count, 'cluster')} does not fit into the 1 MB that GitHub takes for the outputs of a job`,
    next: 'Find them in several jobs, by `regions`, `roles-to-assume` or `clusters`. The file of `clusters-file` has them all.',
  });
}

/** The file of `clusters-file`: every entry with what is known of the cluster, whole. */
export function clustersDocument({ members, unreachable }: FoundFleet): string {
  const clusters = members.map(({ entry, found: { arn, status, version } }) => ({
    ...entry,
    arn,
    status,
    version,
  }));
  return `${JSON.stringify({ version: 1, clusters, unreachable }, null, 2)}\n`;
}
