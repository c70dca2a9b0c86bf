/** Reads the Space's Helm release. */
import type { ReleaseIntent } from '../../model/config.ts';
import { Failure } from '../../model/failure.ts';
import type { HelmReader } from '../../model/ports.ts';
import type { Release, ReleaseView } from '../../model/world.ts';
import { begunUntil, isBroken } from './claim.ts';
import type { Helm } from './helm.ts';
import { readBase, readMetadata, readValues } from './release-records.ts';
import type { Metadata } from './release-records.ts';

/** The release as it would be upgraded: values and chart of its deployed revision, status of its last one. */
async function findRelease(helm: Helm, intent: ReleaseIntent): Promise<ReleaseView> {
  const last = await readMetadata(helm, intent);
  if (last === undefined) return { kind: 'absent' };
  const base = await readBase(helm, intent, last);
  const values = await readValues(helm, intent, base.revision, 'all');
  const { name, namespace } = intent;
  return {
    kind: 'found',
    release: {
      name,
      namespace,
      chart: base.chart,
      version: base.version,
      status: last.status,
      revision: last.revision,
      deployedRevision: base.revision,
      ...begunBy(last, helm.options.clock.now()),
      values,
    },
  };
}

/** An upgrade of this action that did not end, or failed. */
function begunBy(last: Metadata, now: number): Pick<Release, 'begun'> {
  if (isBroken(last)) return { begun: { untilMs: now, isOver: true } };
  const untilMs = begunUntil(last);
  return untilMs === undefined ? {} : { begun: { untilMs, isOver: untilMs <= now } };
}

/**
 * Reads the Space's Helm release. Its values are the whole Space's and may hold credentials: they must reach neither log,
 * output, summary nor plan but for the few paths that the plan is about.
 */
export function createHelmReader(helm: Helm): HelmReader {
  return {
    release: async (intent) => {
      try {
        return await findRelease(helm, intent);
      } catch (error) {
        if (error instanceof Failure && error.reason === 'access-denied') {
          return { kind: 'unreadable', why: error.details.said, next: error.details.next };
        }
        throw error;
      }
    },
  };
}
