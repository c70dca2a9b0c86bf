/** The check `credentials-fresh`: pods that may hold older credentials. */
import { expect, test } from '@jest/globals';
import { role, type WorldParts } from '../support/factories.ts';
import { HOUR, START } from '../support/names.ts';
import { deployment, pod } from '../support/workloads.ts';
import { byPod, foundOf, podWorld, withWorkloads } from './support.ts';

const found = (parts: WorldParts) => foundOf('credentials-fresh', parts, byPod);
const NEWER = { modifiedAt: START + HOUR } as const;

function withRoleMadeAt(createdAt: number): WorldParts {
  const parts = podWorld({ seenAt: START + 2 * HOUR });
  return { ...parts, role: { ...(parts.role ?? role()), createdAt } };
}

test.each<[string, WorldParts]>([
  ['pass: 1 pod without credentials from before', podWorld()],
  [
    'fail: pod external-secrets-a was made at 2026-11-24T10:00:00Z, the association changed at 2026-11-24T11:00:00Z: it may hold credentials from before',
    podWorld({ seenAt: START + 2 * HOUR }, NEWER),
  ],
  ['pass: 1 pod without credentials from before', podWorld({ seenAt: START + 8 * HOUR }, NEWER)],
  [
    'fail: pod old was made at 2026-11-24T10:00:00Z, the association changed at 2026-11-24T11:00:00Z: it may hold credentials from before',
    withWorkloads(podWorld({ seenAt: START + 2 * HOUR }, NEWER), {
      pods: [
        pod('a', 'pod-identity', { createdAt: START + 2 * HOUR, replicaSet: 'external-secrets-2' }),
        pod('a', 'pod-identity', { name: 'old' }),
      ],
    }),
  ],
  [
    'pass: 1 pod without credentials from before',
    withWorkloads(podWorld({ seenAt: START + 2 * HOUR }, NEWER), {
      pods: [
        pod('a', 'pod-identity', { createdAt: START + 2 * HOUR }),
        pod('a', 'pod-identity', { name: 'leaving', deleting: true }),
      ],
    }),
  ],
  [
    'fail: pod external-secrets-a was made at 2026-11-24T10:00:00Z, the role at 2026-11-24T11:00:00Z: it may hold credentials of a role of this name that is gone',
    withRoleMadeAt(START + HOUR),
  ],
  ['pass: 1 pod without credentials from before', withRoleMadeAt(START - HOUR)],
  ['unknown: there is no association to compare the pods with', podWorld({ associations: [] })],
  ['unknown: no pod is running', withWorkloads(podWorld(), { pods: [] })],
  [
    'warn: scaled to zero: no pod to look at',
    withWorkloads(podWorld(), { pods: [], deployments: [deployment('a', { replicas: 0 })] }),
  ],
])('%s', (expected, parts) => {
  expect(found(parts)).toBe(expected);
});
