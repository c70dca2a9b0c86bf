/** What a run may have come to know, for the reports that are made of it. */
import type { Check } from '../../src/model/check.ts';
import type { Change } from '../../src/model/change.ts';
import type { Config, Intent } from '../../src/model/config.ts';
import { Failure } from '../../src/model/failure.ts';
import { newRecord, type RunRecord } from '../../src/model/record.ts';
import type { World } from '../../src/model/world.ts';
import { planTowards } from '../../src/plan/plan.ts';
import { change } from '../../src/resources/resource.ts';
import { caller, config, intent } from '../support/factories.ts';
import { running } from '../support/workloads.ts';
import { host, START } from '../support/names.ts';

/** A run that has looked and planned. */
export function planned(
  world: World = running({ a: 'nothing' }),
  overrides: Partial<Config> = {},
  wanted: Intent = intent(),
): RunRecord {
  const whole = config({ mode: 'plan', intent: wanted, ...overrides });
  return {
    ...newRecord(),
    config: whole,
    place: { caller, cluster: world.cluster },
    world,
    plan: planTowards(wanted, world),
    verdict: 'changes',
    checkedAt: START,
  };
}

/** A run whose plan holds just these changes. */
export function withChanges(changes: readonly Change[], warnings: readonly string[] = []): RunRecord {
  return { ...planned(), plan: { changes, warnings, blockers: [], digest: 'sha256:abc' } };
}

/** A change of the role's tags in which a test says what it is about. */
export function someChange(overrides: Partial<ReturnType<typeof tagsChange>> = {}): Change {
  return { ...tagsChange(), ...overrides };
}

function tagsChange() {
  return change(
    'role-tags',
    { roleName: 'role', tags: {} },
    {
      id: 'role/tags',
      action: 'update',
      target: 'arn:aws:iam::111122223333:role/role',
      reason: 'tags are missing or differ',
      severity: 'hygiene',
    },
  );
}

export const denied = new Failure('access-denied', {
  tried: 'read role x',
  said: 'not authorized',
  next: 'Give the job the right.',
});

/** So many control planes with names as long as Kubernetes allows. */
export function many(count: number): World {
  const ids = Array.from(
    { length: count },
    (_, index) => `${String(index).padStart(8, '0')}-${'x'.repeat(27)}`,
  );
  const world = running(Object.fromEntries(ids.map((id) => [id, 'nothing'] as const)));
  return {
    ...world,
    controlPlanes: world.controlPlanes.map((one, index) => ({
      ...one,
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
