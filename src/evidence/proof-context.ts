/** What a proof of access works with. */
import type { Proof } from '../model/config.ts';
import type { Desired } from '../model/desired.ts';
import type { Forecast } from '../model/evidence.ts';
import type { Readers } from '../model/ports.ts';
import type { World } from '../model/world.ts';
import type { Propagation } from '../wait/until-propagated.ts';

export interface ProofContext {
  readonly read: Readers;
  readonly desired: Desired;
  readonly proof: Proof;
  readonly world: World;
  /** When this run last wrote to AWS, in milliseconds since the epoch. */
  readonly wroteToAwsAt: number | undefined;
  /** The same, when that run has written the role or its policies. */
  readonly roleWrittenAt: number | undefined;
  /** Since when all that this run has planned is written; undefined when it has written nothing, or not all. */
  readonly writtenSince: number | undefined;
  /** New pods that were tried before, by host namespace; none where that failed. */
  readonly triedAhead?: Promise<ReadonlyMap<string, Forecast>> | undefined;
}

export function propagationOf({ read, wroteToAwsAt }: ProofContext): Propagation {
  return { clock: read.clock, wroteToAwsAt };
}
