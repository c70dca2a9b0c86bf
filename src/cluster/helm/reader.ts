/** Reads the Space's Helm release. */
import type { ReleaseIntent } from '../../model/config.ts';
import { isFailureOf } from '../../model/failure.ts';
import type { HelmReader } from '../../model/ports.ts';
import type { Release, ReleaseView } from '../../model/world.ts';
import { begunUntil, isBroken } from './claim.ts';
import type { Helm } from './helm.ts';
import { type Metadata, readBase, readMetadata, readValues } from './release-records.ts';

type Values = Release['values'];

/** The release as it would be upgraded: values and chart of its deployed revision, status of its last one. */
async function findRelease(
  helm: Helm,
  intent: ReleaseIntent,
  known: Map<string, Values>,
): Promise<ReleaseView> {
  const last = await readMetadata(helm, intent);
  if (last === undefined) return { kind: 'absent' };
  const base = await readBase(helm, intent, last);
  const record = recordOf(base);
  const values = known.get(record ?? '') ?? (await readValues(helm, intent, base.revision, 'all'));
  if (record !== undefined) known.set(record, values);
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

/**
 * Which record it is, whatever its status has become: helm changes no values of a revision that is there. Undefined without its
 * time: then it can't be told from one of the same number that was installed anew.
 */
function recordOf({ revision, chart, version, deployedAt }: Metadata): string | undefined {
  return deployedAt === undefined ? undefined : [revision, chart, version, deployedAt].join();
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
  // A second look at an unchanged release needs them no second time.
  const known = new Map<string, Values>();
  return {
    release: async (intent) => {
      try {
        return await findRelease(helm, intent, known);
      } catch (error) {
        if (isFailureOf(error, 'access-denied')) {
          return { kind: 'unreadable', why: error.details.said, next: error.details.next };
        }
        throw error;
      }
    },
  };
}
