/** The check of the Pod Identity agent on the pods' nodes. */
import { expect, test } from '@jest/globals';
import type { ClusterNode } from '../../src/model/evidence.ts';
import type { Agent } from '../../src/model/world.ts';
import { pod } from '../support/workloads.ts';
import { byPod, checkOf, podWorld, withWorkloads } from './support.ts';

const BARE: Agent = { provider: 'add-on', addOnStatus: 'ACTIVE', addOnVersion: 'v1', issues: [] };
const ACTIVE: Agent = { ...BARE, desired: 2, ready: 2 };
const UNREAD: Agent = { provider: 'unknown', unread: 'AccessDenied: no', issues: [] };
const BARE_OF_STATUS: Agent = { provider: 'add-on', addOnVersion: 'v1', issues: [], desired: 2, ready: 2 };
const LINUX: ClusterNode = { name: 'node-1', os: 'linux' };

function judge(agent: Agent, nodes?: readonly ClusterNode[]) {
  const pods = [pod('a', 'pod-identity', { nodeName: 'node-1' })];
  const parts = withWorkloads(podWorld({ agent }), { pods });
  return checkOf('agent', parts, nodes === undefined ? {} : { nodes }, byPod);
}

test.each<[string, Agent, string, string]>([
  ['an active add-on', ACTIVE, 'pass', 'add-on v1 is ACTIVE, ready on 2 of 2 nodes'],
  ['one that was deleted behind its back', BARE, 'warn', 'ACTIVE, but kube-system has no DaemonSet of it'],
  ['a DaemonSet', { provider: 'daemon-set', desired: 1, ready: 1, issues: [] }, 'pass', 'a DaemonSet'],
  ['nothing', { provider: 'none', issues: [] }, 'fail', 'nothing serves EKS Pod Identity'],
  [
    'a DaemonSet, with the add-on unread',
    { ...UNREAD, provider: 'daemon-set', desired: 1, ready: 1 },
    'pass',
    'could not be read',
  ],
  ['nobody knows what', UNREAD, 'unknown', 'the add-on could not be read: AccessDenied: no'],
  ['one that is coming', { ...ACTIVE, addOnStatus: 'CREATING' }, 'unknown', 'CREATING'],
  ['one that is updated', { ...ACTIVE, addOnStatus: 'UPDATING' }, 'unknown', 'UPDATING'],
  ['one of which EKS tells no status', BARE_OF_STATUS, 'unknown', 'in an unknown state'],
  ['one that has failed', { ...ACTIVE, addOnStatus: 'DEGRADED', issues: ['X: y'] }, 'fail', 'DEGRADED: X: y'],
  ['one with issues', { ...ACTIVE, issues: ['X: y'] }, 'warn', 'with issues: X: y'],
  ['ready here and there', { ...ACTIVE, desired: 3, ready: 2 }, 'warn', 'ready on 2 of 3 nodes'],
  ['ready nowhere', { ...ACTIVE, desired: 3, ready: 0 }, 'fail', 'ready on 0 of 3 nodes'],
])('%s', (_what, agent, status, said) => {
  expect(judge(agent, [LINUX])).toMatchObject({ status, detail: expect.stringContaining(said) });
});

test.each<[string, Partial<ClusterNode>, Agent, string]>([
  ['an ordinary node', {}, ACTIVE, 'pass'],
  ['a node of Auto Mode', { computeType: 'auto' }, { provider: 'auto-mode', issues: [] }, 'pass'],
  ['an ordinary node beside Auto Mode', {}, { provider: 'auto-mode', issues: [] }, 'fail'],
  ['Fargate', { computeType: 'fargate' }, ACTIVE, 'fail'],
  ['a hybrid node', { computeType: 'hybrid' }, ACTIVE, 'warn'],
  ['Windows', { os: 'windows' }, ACTIVE, 'fail'],
])('a pod on %s', (_what, more, agent, status) => {
  expect(judge(agent, [{ ...LINUX, ...more }]).status).toBe(status);
});

test('a DaemonSet that is meant for no node serves no ordinary one', () => {
  const nowhere: Agent = { ...ACTIVE, desired: 0, ready: 0 };
  expect(judge(nowhere, [LINUX])).toMatchObject({
    status: 'fail',
    detail: expect.stringContaining('node node-1 has no agent'),
  });
  expect(judge(nowhere, [{ ...LINUX, computeType: 'auto' }]).status).toBe('pass');
});

test('beside Auto Mode a DaemonSet of somebody serves ordinary nodes', () => {
  const beside: Agent = { provider: 'auto-mode', issues: [], desired: 1, ready: 1 };
  expect(judge(beside, [LINUX]).status).toBe('pass');
  expect(judge({ ...beside, desired: 0, ready: 0 }, [LINUX]).status).toBe('fail');
});

test('a DaemonSet on fewer nodes than it could serve may be missing where the pods are', () => {
  const others = ['node-2', 'node-3'].map((name) => ({ ...LINUX, name }));
  expect(judge(ACTIVE, [LINUX, ...others])).toMatchObject({
    status: 'warn',
    detail: expect.stringContaining('ready on 2 of 2 nodes, and the cluster has 3 that it could serve'),
  });
  const without = ['fargate', 'hybrid', 'auto'].map((computeType, n) => ({
    ...LINUX,
    name: `other-${n}`,
    computeType,
  }));
  const windows = { ...LINUX, name: 'windows', os: 'windows' };
  expect(judge(ACTIVE, [LINUX, ...without, windows]).status).toBe('pass');
  const onAuto = [{ ...LINUX, computeType: 'auto' }, ...others, { ...LINUX, name: 'node-4' }];
  expect(judge(ACTIVE, onAuto).status).toBe('pass');
});

test('a node that is not among those that were listed is not known', () => {
  expect(judge(ACTIVE, [{ ...LINUX, name: 'another' }])).toMatchObject({
    status: 'unknown',
    detail: expect.stringContaining(
      'node node-1, where pod external-secrets-a is, was not among those listed',
    ),
  });
  const unplaced = withWorkloads(podWorld({ agent: ACTIVE }), { pods: [pod('a', 'pod-identity')] });
  expect(checkOf('agent', unplaced, { nodes: [LINUX] }, byPod).status).toBe('pass');
});

test('nodes without its pods are no matter of it', () => {
  const fargate: ClusterNode = { ...LINUX, name: 'node-2', computeType: 'fargate' };
  expect(judge(ACTIVE, [fargate, LINUX])).toMatchObject({
    status: 'pass',
    detail: expect.stringMatching(/; the pods are on node-1, which it can serve$/),
  });
});

test('Auto Mode serves its own nodes', () => {
  const auto: Agent = { provider: 'auto-mode', issues: [] };
  expect(judge(auto, [{ ...LINUX, computeType: 'auto' }]).detail).toContain('built into EKS Auto Mode');
});

test.each<[Agent, string, string]>([
  [
    ACTIVE,
    'unknown',
    'add-on v1 is ACTIVE, ready on 2 of 2 nodes; the nodes could not be looked at: the job may not list them',
  ],
  [{ ...ACTIVE, issues: ['X: y'] }, 'unknown', 'with issues: X: y; the nodes could not be looked at'],
  [{ provider: 'none', issues: [] }, 'fail', 'nothing serves EKS Pod Identity'],
  [UNREAD, 'unknown', 'AccessDenied: no'],
])('%j on nodes that could not be looked at: %s', (agent, status, said) => {
  expect(judge(agent)).toMatchObject({ status, detail: expect.stringContaining(said) });
});
