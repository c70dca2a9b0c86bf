/** The check of rollouts. */
import { expect, test } from '@jest/globals';
import type { ControllerDeployment } from '../../src/model/host.ts';
import { settledPods } from '../support/settled.ts';
import { deployment, pod } from '../support/workloads.ts';
import { byPod, foundOf, withWorkloads } from './support.ts';

test.each<[readonly ControllerDeployment[], string]>([
  [[deployment('a')], 'pass: external-secrets complete'],
  [[deployment('a'), deployment('a', { name: 'two' })], 'pass: external-secrets complete, two complete'],
  [[deployment('a', { replicas: 3, availableReplicas: 2 })], 'fail: external-secrets: 2 of 3 available'],
  [
    [deployment('a', { progressReason: 'ProgressDeadlineExceeded' })],
    'fail: external-secrets exceeded its progress deadline',
  ],
  [
    [deployment('a', { updatedReplicas: 0, refused: 'exceeded quota' })],
    'fail: external-secrets: Kubernetes lets no new pod in: exceeded quota',
  ],
  [
    [deployment('a', { progressReason: 'ProgressDeadlineExceeded', refused: 'exceeded quota' })],
    'fail: external-secrets: Kubernetes lets no new pod in: exceeded quota',
  ],
  [[deployment('a', { refused: 'exceeded quota' })], 'pass: external-secrets complete'],
  [
    [deployment('a', { replicas: 0, updatedReplicas: 0, availableReplicas: 0, currentReplicas: 0 })],
    'warn: scaled to zero: nothing runs',
  ],
  [
    [
      deployment('a'),
      deployment('a', {
        name: 'idle',
        replicas: 0,
        updatedReplicas: 0,
        availableReplicas: 0,
        currentReplicas: 0,
      }),
    ],
    'pass: external-secrets complete, idle complete',
  ],
])('%#', (deployments, said) => {
  expect(foundOf('rollout', withWorkloads(settledPods(['a']), { deployments }), byPod)).toBe(said);
});

test('what a pod waits for is told', () => {
  const parts = withWorkloads(settledPods(['a']), {
    deployments: [deployment('a', { availableReplicas: 0 })],
    pods: [pod('a', 'pod-identity', { waiting: 'CrashLoopBackOff' })],
  });
  expect(foundOf('rollout', parts, byPod)).toBe(
    'fail: external-secrets: 0 of 1 available; pod external-secrets-a: CrashLoopBackOff',
  );
});
