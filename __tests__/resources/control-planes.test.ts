/** What a plan says of control planes that are not ready. */
import { describe, expect, test } from '@jest/globals';
import { drifted } from '../../src/plan/entries.ts';
import { controlPlane, type WorldParts } from '../support/factories.ts';
import { only, planFor, towards } from '../support/plans.ts';
import { PODS, settledPods } from '../support/settled.ts';

describe('control planes that are not ready', () => {
  const { namespace: _none, ...unmapped } = controlPlane('b', { notReady: 'it has no ID yet' });

  test.each<[string, Partial<WorldParts>, readonly string[]]>([
    ['without an ID', { controlPlanes: [controlPlane('a'), unmapped] }, ['wait control-plane/team-a/ctp-b']],
    ['that are not selected', { controlPlanes: [controlPlane('a'), { ...unmapped, selected: false }] }, []],
    [
      'named outright, not existing',
      {
        controlPlanes: [
          {
            group: '',
            name: 'own',
            namespace: 'own',
            selected: true,
            deleting: false,
            notReady: 'the namespace does not exist',
          },
        ],
      },
      ['wait control-plane/own'],
    ],
  ])('%s', (_what, overrides, expected) => {
    expect(towards(PODS, settledPods(['a'], overrides), 'control-plane')).toEqual(expected);
  });

  test('are no drift: they are on their way', () => {
    const plan = planFor(PODS, settledPods(['a'], { controlPlanes: [controlPlane('a'), unmapped] }));
    expect(only(plan, 'await-control-plane').reason).toBe('it has no ID yet');
    expect(drifted(plan)).toEqual([]);
  });
});
