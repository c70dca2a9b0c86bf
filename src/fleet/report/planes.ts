/** How many control planes of a cluster are in sync, drifted or unknown, from its plan and verification. */
import type { Verdict } from '../../model/record.ts';
import { WRITING_ACTIONS } from './differences.ts';
import type { JobPlan } from './files.ts';
import type { PlaneCounts } from './model.ts';
import type { JobRun } from './runs.ts';

type PlaneState = keyof PlaneCounts;
type Check = NonNullable<JobRun['verification']>['checks'][number];

export const NO_PLANES: PlaneCounts = { inSync: 0, drifted: 0, unknown: 0 };

/** The sum of the counts, state by state. */
export function addPlanes(all: readonly PlaneCounts[]): PlaneCounts {
  const sum = (state: PlaneState): number => all.reduce((total, counts) => total + counts[state], 0);
  return { inSync: sum('inSync'), drifted: sum('drifted'), unknown: sum('unknown') };
}

/** A control plane that no check judged is in sync where the whole cluster is, else unknown. */
export function planesOf({ plan, verification }: JobRun, verdict: Verdict): PlaneCounts {
  const ofPlanes = (verification?.checks ?? []).filter((check) => keyOf(check) !== '');
  const checks = Map.groupBy(ofPlanes, keyOf);
  const planes = new Map([...ofPlanes, ...(plan?.controlPlanes ?? [])].map((plane) => [keyOf(plane), plane]));
  const touched = touchedIn(plan);
  const states = [...planes].map(([key, plane]): PlaneState => {
    const ids = idsOf(plane);
    const judged = judgedBy(checks.get(key) ?? []);
    // A check that found all in order may name restarts that are made in any case (`restart: always`).
    const isTouched = verdict !== 'in-sync' && ids.some((id) => touched.drifted.has(id));
    if (judged === 'drifted' || isTouched) return 'drifted';
    if (ids.some((id) => touched.awaited.has(id))) return 'unknown';
    return judged ?? (verdict === 'in-sync' ? 'inSync' : 'unknown');
  });
  const count = (wanted: PlaneState): number => states.filter((state) => state === wanted).length;
  return { inSync: count('inSync'), drifted: count('drifted'), unknown: count('unknown') };
}

interface Plane {
  readonly controlPlane: string;
  readonly namespace: string;
}

/** One that has no host namespace yet has its name alone. */
function keyOf({ controlPlane, namespace }: Plane): string {
  return namespace === '' ? controlPlane : namespace;
}

/** The ids that the contract has for changes of one control plane. */
function idsOf({ controlPlane, namespace }: Plane): readonly string[] {
  return [
    `association/${namespace}`,
    `annotation/${namespace}`,
    `restart/${namespace}`,
    `control-plane/${controlPlane}`,
  ];
}

function judgedBy(checks: readonly Check[]): PlaneState | undefined {
  if (checks.length === 0) return undefined;
  if (checks.some(({ status }) => status === 'fail')) return 'drifted';
  return checks.some(({ status }) => status === 'unknown') ? 'unknown' : 'inSync';
}

/** What a plan would still change; that of an `apply` or a `destroy` has been carried out, or its checks say that it has not. */
function touchedIn(plan: JobPlan | undefined): {
  readonly drifted: ReadonlySet<string>;
  readonly awaited: ReadonlySet<string>;
} {
  const open = plan?.mode === 'plan' || plan?.mode === 'check' ? plan.changes : [];
  return {
    drifted: new Set(open.filter(({ action }) => WRITING_ACTIONS.has(action)).map(({ id }) => id)),
    awaited: new Set(open.filter(({ action }) => action === 'wait').map(({ id }) => id)),
  };
}
