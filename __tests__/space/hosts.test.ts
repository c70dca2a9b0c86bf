/** Which hosts a run is about. */
import { expect, test } from '@jest/globals';
import { annotated, isAnyoneJudged, isSelected, whyNotReady } from '../../src/space/hosts.ts';
import { controlPlane, intent, type WorldParts } from '../support/factories.ts';
import { host, ROLE_ARN } from '../support/names.ts';
import { running } from '../support/workloads.ts';
import { worldOf } from '../support/world-of.ts';

const accounts = (ids: readonly string[]) => ids.map((id) => ({ namespace: host(id), roleArn: ROLE_ARN }));

/** Control plane `a` is selected and `b` is not; `x` is gone. All three are annotated. */
function worldWith(overrides: Partial<WorldParts>) {
  const base = running({ a: 'irsa', b: 'irsa' });
  return worldOf(intent(), {
    ...base,
    controlPlanes: [controlPlane('a'), controlPlane('b', { selected: false })],
    workloads: { ...base.workloads, serviceAccounts: accounts(['a', 'b', 'x']) },
    ...overrides,
  });
}

test('of the served ones, those that carry an annotation', () => {
  expect(annotated(worldWith({})).map(({ namespace }) => namespace)).toEqual([host('a')]);
  const workloads = { serviceAccounts: [{ namespace: host('a') }], deployments: [], pods: [] };
  expect(annotated(worldWith({ workloads }))).toEqual([]);
});

test('which hosts a run is about, and why one can not be looked at', () => {
  const late = controlPlane('a', { notReady: 'its restore is pending' });
  const { hosts } = worldWith({
    controlPlanes: [late, controlPlane('b'), controlPlane('c', { selected: false })],
  });
  expect(hosts.map((actual) => [actual.name, isSelected(actual), whyNotReady(actual)])).toEqual([
    ['team-a/ctp-a', true, 'its restore is pending'],
    ['team-a/ctp-b', true, undefined],
    ['team-a/ctp-c', false, undefined],
    [host('x'), false, undefined],
  ]);
});

const judged = (controlPlanes: WorldParts['controlPlanes']) => isAnyoneJudged(worldWith({ controlPlanes }));

test('anyone is judged unless all that are selected have no namespace yet', () => {
  const { namespace: _namespace, id: _id, ...coming } = controlPlane('a', { notReady: 'it has no ID yet' });
  expect(judged([controlPlane('a')])).toBe(true);
  expect(judged([])).toBe(true);
  expect(judged([coming])).toBe(false);
});
