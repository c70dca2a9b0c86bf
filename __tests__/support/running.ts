/** Runs of the action in the in-memory world. */
import type { Config, Intent, Mode } from '../../src/model/config.ts';
import { Failure } from '../../src/model/failure.ts';
import { newRecord, type RunRecord } from '../../src/model/record.ts';
import { reconcile } from '../../src/reconcile.ts';
import { expectDocumented } from './documented.ts';
import { config } from './factories.ts';
import { annotationOf, carry, provision, withValue } from './fake-helm.ts';
import type { FakeSpace } from './fake-space.ts';
import type { State } from './fake-state.ts';
import { host } from './names.ts';
import { desiredOf, placeOf } from './world-of.ts';

export interface Ran {
  readonly record: RunRecord;
  readonly failure: Failure | undefined;
}

/** One run; only `apply` and `destroy` are given writers. */
export async function runMode(
  space: FakeSpace,
  mode: Mode,
  intent: Intent,
  overrides: Partial<Config> = {},
): Promise<Ran> {
  const record = newRecord();
  const { read, write, state } = space;
  const makeWriters = () => {
    if (mode === 'plan' || mode === 'check') throw new Error(`${mode} asked for writers`);
    return write;
  };
  const whole = config({ mode, intent, ...overrides });
  record.config = whole;
  const place = placeOf(intent, state.cluster);
  const desired = desiredOf(intent, state.cluster, whole.digestInputs);
  record.place = place;
  record.desired = desired;
  try {
    await reconcile(
      {
        config: whole,
        place,
        desired,
        read,
        makeWriters,
        findReviewed: async () => await Promise.resolve(undefined),
      },
      record,
    );
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    record.failure = error;
  }
  expectDocumented(record);
  return { record, failure: record.failure };
}

/** From its next write but `count` on nothing that a run writes gets through, as when it is killed. Undone by what it gives. */
export function killAfter(space: FakeSpace, count: number): () => void {
  const { before } = space;
  let writes = 0;
  space.before = (write) => {
    before(write);
    writes += 1;
    if (writes > count) throw new Error('killed');
  };
  return () => {
    space.before = before;
  };
}

/** What goes on beside a run: Spaces puts hand-made annotations right, and GitOps follows what the action prints. */
export function liveOn(state: State, intent: Intent, roleArn: string): void {
  state.clock.after(20_000, () => carry(state));
  if (intent.release.annotate === 'none' && intent.identity === 'irsa') {
    state.clock.after(30_000, () => setAnnotationValue(state, roleArn));
  }
}

const PATH = [
  'controlPlanes',
  'sharedSecrets',
  'serviceAccount',
  'customAnnotations',
  'eks.amazonaws.com/role-arn',
];

/** As GitOps would. */
export function setAnnotationValue(state: State, roleArn: string | null): void {
  if (state.release.kind !== 'found' || (annotationOf(state) ?? null) === roleArn) return;
  const { release } = state.release;
  state.release = {
    kind: 'found',
    release: { ...release, values: withValue(release.values, PATH, roleArn) },
  };
  carry(state);
}

/** A control plane that is being made: it has no ID yet, and gets everything after a minute. */
export function comingUp(state: State, id: string, group = 'team-a'): void {
  const raw = { group, name: `ctp-${id}`, deleting: false, matchesSelector: true, conditions: {} };
  state.controlPlanes = [...state.controlPlanes, raw];
  state.clock.after(60_000, () => {
    state.controlPlanes = state.controlPlanes.map((one) => (one === raw ? { ...raw, id } : one));
    provision(state, host(id));
  });
}
