/** The plan for the Pod Identity agent. */
import { describe, expect, test } from '@jest/globals';
import type { Intent } from '../../src/model/config.ts';
import { intent, type WorldParts } from '../support/factories.ts';
import { planFor, towards } from '../support/plans.ts';
import { IRSA, PODS, settledIrsa, settledPods } from '../support/settled.ts';

describe('the Pod Identity agent', () => {
  const none: Partial<WorldParts> = { agent: { provider: 'none', issues: [] } };
  const unknown: Partial<WorldParts> = { agent: { provider: 'unknown', unread: 'no', issues: [] } };
  test.each<[string, Intent, Partial<WorldParts>, readonly string[]]>([
    ['is added where nothing serves the nodes', PODS, none, ['create agent']],
    ['is left out on demand', intent({ identity: 'pod-identity', installAgent: false }), none, []],
    ['is not needed for IRSA', IRSA, none, []],
    ['exists as a DaemonSet', PODS, { agent: { provider: 'daemon-set', issues: [] } }, []],
    ['is not added where nobody knows', PODS, unknown, []],
    ['exists in Auto Mode', PODS, { agent: { provider: 'auto-mode', issues: [] } }, []],
  ])('%s', (_what, asked, overrides, expected) => {
    const base = asked.identity === 'irsa' ? settledIrsa() : settledPods();
    expect(towards(asked, { ...base, ...overrides })).toEqual(expected);
  });

  test('that may not be looked at is said, to those who depend on it', () => {
    expect(planFor(PODS, settledPods(['a'], unknown)).warnings).toEqual([
      expect.stringContaining('the add-on could not be read (no)'),
    ]);
    expect(planFor(IRSA, settledIrsa(['a'], unknown)).warnings).toEqual([]);
  });

  test('that is missing and may not be added is said', () => {
    const asked = intent({ identity: 'pod-identity', installAgent: false });
    expect(planFor(asked, settledPods(['a'], none)).warnings).toEqual([
      expect.stringContaining('`install-agent` is false'),
    ]);
  });
});
