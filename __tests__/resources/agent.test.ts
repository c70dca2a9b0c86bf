import { describe, expect, test } from '@jest/globals';
import type { Intent } from '../../src/model/config.ts';
import type { World } from '../../src/model/world.ts';
import { planTowards } from '../../src/plan/plan.ts';
import { intent } from '../support/factories.ts';
import { towards } from '../support/plans.ts';
import { IRSA, PODS, settledIrsa, settledPods } from '../support/settled.ts';

describe('the Pod Identity agent', () => {
  const none: Partial<World> = { agent: { provider: 'none', issues: [] } };
  test.each<[string, Intent, Partial<World>, readonly string[]]>([
    ['is added where nothing serves the nodes', PODS, none, ['create agent']],
    ['is left out on demand', intent({ identity: 'pod-identity', installAgent: false }), none, []],
    ['is not needed for IRSA', IRSA, none, []],
    ['is there as a DaemonSet', PODS, { agent: { provider: 'daemon-set', issues: [] } }, []],
    ['is there in Auto Mode', PODS, { agent: { provider: 'auto-mode', issues: [] } }, []],
  ])('%s', (_what, wanted, overrides, expected) => {
    const base = wanted.identity === 'irsa' ? settledIrsa() : settledPods();
    expect(towards(wanted, { ...base, ...overrides })).toEqual(expected);
  });

  test('that is missing and may not be added is said', () => {
    const wanted = intent({ identity: 'pod-identity', installAgent: false });
    expect(planTowards(wanted, settledPods(['a'], none)).warnings).toEqual([
      expect.stringContaining('`install-agent` is false'),
    ]);
  });
});
