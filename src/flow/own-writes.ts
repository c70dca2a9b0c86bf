/** The world once AWS shows what this run has written. */
import type { RunRecord } from '../model/record.ts';
import type { World } from '../model/world.ts';
import { observe } from '../observe/world.ts';
import { untilPropagated } from '../wait/until-propagated.ts';
import type { RunDependencies } from './dependencies.ts';

/** Looks again as long as the world is `late` and a write of this run may be on its way; the last look counts. */
export async function observeOwnWrites(
  { desired, place, read }: Pick<RunDependencies, 'desired' | 'place' | 'read'>,
  { wroteToAwsAt }: Pick<RunRecord, 'wroteToAwsAt'>,
  isLate: (world: World) => boolean,
): Promise<World> {
  let count = 0;
  return await untilPropagated(
    { clock: read.clock, wroteToAwsAt },
    async () => {
      count += 1;
      if (count > 1) read.log.info('AWS does not show yet what this run has written: it is looked at again');
      return await observe(read, desired.intent, place);
    },
    (world) => !isLate(world),
  );
}
