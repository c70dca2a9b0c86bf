/** What evidence is gathered with: the world that is judged, and what this run has written, which AWS may not show yet. */
import type { Proof } from '../model/config.ts';
import type { Desired } from '../model/desired.ts';
import type { Forecast } from '../model/evidence.ts';
import type { Readers } from '../model/ports.ts';
import type { World } from '../model/world.ts';
import type { Propagation } from '../wait/until-propagated.ts';

export interface EvidenceContext {
  readonly read: Readers;
  readonly desired: Desired;
  readonly proof: Proof;
  readonly world: World;
  /** When this run last wrote to AWS, in milliseconds since the epoch. */
  readonly wroteToAwsAt: number | undefined;
  /** When this run last wrote to AWS, if it has written the role or its policies. */
  readonly roleWrittenAt: number | undefined;
  /** Since when all that this run has planned is written, in milliseconds since the epoch; undefined when it has written nothing, or not all. */
  readonly writtenSince: number | undefined;
  /** New pods that were tried before, by host namespace; none where that failed. */
  readonly triedAhead?: Promise<ReadonlyMap<string, Forecast>> | undefined;
}

/** How long what STS and EKS say may be older than this run's writes. */
export function propagationOf({ read, wroteToAwsAt }: EvidenceContext): Propagation {
  return { clock: read.clock, wroteToAwsAt };
}
