import { describe, expect, test } from '@jest/globals';
import type { World } from '../../src/model/world.ts';
import { drifted, planTowards } from '../../src/plan/plan.ts';
import { controlPlane } from '../support/factories.ts';
import { only, towards } from '../support/plans.ts';
import { PODS, settledPods } from '../support/settled.ts';

describe('control planes that are not ready', () => {
  const { namespace: _none, ...unmapped } = controlPlane('b', { notReady: 'it has no ID yet' });

  test.each<[string, Partial<World>, readonly string[]]>([
    ['without an ID', { controlPlanes: [controlPlane('a'), unmapped] }, ['wait control-plane/team-a/ctp-b']],
    ['that are not selected', { controlPlanes: [controlPlane('a'), { ...unmapped, selected: false }] }, []],
    [
      'named outright, not there',
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
    const plan = planTowards(PODS, settledPods(['a'], { controlPlanes: [controlPlane('a'), unmapped] }));
    expect(only(plan, 'control-plane').reason).toBe('it has no ID yet');
    expect(drifted(plan)).toEqual([]);
  });
});
