/** Time goes by for a job and for AWS, in the middle of a run. Programs that the job starts, and the cluster, keep their own. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Scene } from './scene.ts';

const preloaded = pathToFileURL(
  join(import.meta.dirname, '..', '..', '..', 'sandbox', 'runner', 'moved-clock.ts'),
);
const fileOf = ({ world }: Scene): string => join(world.dir, 'clock');

/** From now on it is later than it is, by so many milliseconds in all. */
export async function goBy(scene: Scene, ms: number): Promise<void> {
  scene.world.aws.settings.clockAheadMs = ms;
  await writeFile(fileOf(scene), String(ms));
}

/** The environment of a job whose clock `goBy` moves. */
export function onMovedClock(scene: Scene): Record<string, string> {
  return {
    ...scene.world.environment(),
    NODE_OPTIONS: `--import=${preloaded.href}`,
    SANDBOX_CLOCK: fileOf(scene),
  };
}

/** With `cordon`, pods that are made from now on wait for a node. */
export async function nodes({ world }: Scene, verb: 'cordon' | 'uncordon'): Promise<void> {
  await world.kubectl([verb, '--selector', 'kubernetes.io/os=linux']);
}
