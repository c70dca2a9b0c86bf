/** What a run may have come to know, for the reports that are made of it. */
import type { Check } from '../../src/model/check.ts';
import type { Change } from '../../src/model/change.ts';
import type { Config, Intent } from '../../src/model/config.ts';
import { Failure } from '../../src/model/failure.ts';
import { newRecord, type RunRecord } from '../../src/model/record.ts';
import { planTowards } from '../../src/plan/plan.ts';
import { makeChange } from '../../src/resources/change-maker.ts';
import { config, intent, type WorldParts } from '../support/factories.ts';
import { host, START } from '../support/names.ts';
import { running } from '../support/workloads.ts';
import { desiredOf, placeOf, worldOf } from '../support/world-of.ts';

/** A run that has looked and planned. */
export function planned(
  parts: WorldParts = running({ a: 'nothing' }),
  overrides: Partial<Config> = {},
  asked: Intent = intent(),
): RunRecord {
  const desired = desiredOf(asked, parts.cluster);
  const world = worldOf(asked, parts);
  return {
    ...newRecord(),
    config: config({ mode: 'plan', intent: asked, ...overrides }),
    place: placeOf(asked, parts.cluster),
    desired,
    world,
    plan: planTowards(desired, world),
    verdict: 'changes',
    checkedAt: START,
  };
}

/** A run whose plan holds just these changes. */
export function withChanges(changes: readonly Change[], warnings: readonly string[] = []): RunRecord {
  return { ...planned(), plan: { changes, warnings, blockers: [], doubts: [], digest: 'sha256:abc' } };
}

/** A change of the role's tags in which a test says what it is about; its id is its address too. */
export function someChange(overrides: Partial<Omit<Change, 'write'>> = {}): Change {
  const draft = {
    id: 'role/tags',
    action: 'update',
    target: 'arn:aws:iam::111122223333:role/role',
    reason: 'tags are missing or differ',
    severity: 'hygiene',
    ...overrides,
  } as const;
  return makeChange(draft, { op: 'tag-role', roleName: 'role', tags: {}, replaces: {} });
}

export const denied = new Failure('access-denied', {
  tried: 'read role x',
  said: 'not authorized',
  next: 'Give the job the right.',
});

/** So many control planes with names as long as Kubernetes allows. */
export function many(count: number): WorldParts {
  const ids = Array.from(
    { length: count },
    (_, index) => `${String(index).padStart(8, '0')}-${'x'.repeat(27)}`,
  );
  const parts = running(Object.fromEntries(ids.map((id) => [id, 'nothing'] as const)));
  return {
    ...parts,
    controlPlanes: parts.controlPlanes.map((controlPlane, index) => ({
      ...controlPlane,
      group: `${'g'.repeat(60)}${index % 7}`,
      name: `${'n'.repeat(55)}${index}`,
    })),
  };
}

/** A check that passed, but for what a test says of it. */
export function someCheck(overrides: Partial<Check> = {}): Check {
  const base = {
    controlPlane: 'team-a/ctp-a',
    namespace: host('a'),
    check: 'rollout',
    detail: 'complete',
  } as const;
  return { ...base, status: 'pass', ...overrides };
}
