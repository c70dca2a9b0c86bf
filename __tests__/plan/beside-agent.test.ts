/** Whose association is made without waiting for the agent: nobody's who may have credentials that work. */
import { expect, test } from '@jest/globals';
import type { ControllerPod } from '../../src/model/host.ts';
import { hostsBesideAgent } from '../../src/plan/beside-agent.ts';
import { PODS } from '../support/settled.ts';
import { planFor } from '../support/plans.ts';
import { pod, running } from '../support/workloads.ts';
import { worldOf } from '../support/world-of.ts';

/** Of a control plane whose controller runs these pods, in a cluster without the agent. */
function beside(...pods: readonly Partial<ControllerPod>[]): readonly string[] {
  const base = running({ a: 'nothing' }, { agent: { provider: 'none', issues: [] } });
  const all = pods.map((overrides, n) => pod('a', 'nothing', { name: `p-${n}`, ...overrides }));
  const parts = { ...base, workloads: { ...base.workloads, pods: all } };
  return [...hostsBesideAgent(planFor(PODS, parts), worldOf(PODS, parts))];
}

test.each<[string, Partial<ControllerPod>, boolean]>([
  ['nothing', {}, true],
  ['a role by IRSA', { irsaRoleArn: 'arn:x' }, false],
  ['Pod Identity', { podIdentity: true }, false],
  ['another source', { otherSources: ['AWS_ACCESS_KEY_ID'] }, false],
  ['what can not be read', { unreadSources: ['Secret keys'] }, false],
])('a pod that carries %s', (_what, carried, isBeside) => {
  expect(beside(carried)).toEqual(isBeside ? ['team-a/ctp-a'] : []);
  expect(beside({}, carried)).toEqual(isBeside ? ['team-a/ctp-a'] : []);
});

test('where the plan makes no agent, nobody is beside it', () => {
  const parts = running({ a: 'nothing' });
  expect(hostsBesideAgent(planFor(PODS, parts), worldOf(PODS, parts)).size).toBe(0);
});
