/** How the trust policy moves from one mechanism to the other: no running pod loses its role in between. */
import { describe, expect, test } from '@jest/globals';
import type { Intent } from '../../src/model/config.ts';
import { union } from '../../src/policy/equivalence.ts';
import { ownedRole, role, type WorldParts } from '../support/factories.ts';
import { host } from '../support/names.ts';
import { towards } from '../support/plans.ts';
import { IRSA, PODS, settledIrsa, settledPods } from '../support/settled.ts';
import { deployment } from '../support/workloads.ts';
import { A, admitted, B, BOTH, half, trustChanges, trusting, uuids } from './trusting.ts';

describe('while pods move', () => {
  test('both mechanisms are trusted, for those that move, until they have', () => {
    expect(admitted(PODS, settledIrsa())).toEqual({
      irsa: [],
      pods: BOTH,
      during: { irsa: BOTH, pods: BOTH },
    });
    expect(admitted(IRSA, settledPods())).toEqual({
      irsa: BOTH,
      pods: [],
      during: { irsa: BOTH, pods: BOTH },
    });
  });

  test('a part of the Space at a time: the rest keeps its own mechanism', () => {
    expect(admitted(PODS, half(settledIrsa()))).toEqual({
      irsa: B,
      pods: A,
      during: { irsa: BOTH, pods: A },
    });
  });

  test('what was widened by hand is not kept even so long', () => {
    const document = union(trusting('irsa', BOTH), trusting('pod-identity', ['default']));
    const widened = settledIrsa(['a', 'b'], { role: role({ trustPolicy: document }) });
    expect(trustChanges(PODS, widened).bridge).toBeDefined();
    expect(admitted(PODS, widened).during?.pods).toEqual(BOTH);
  });

  test('an interrupted move is taken up where it was left: only its end is written', () => {
    const document = union(trusting('irsa', BOTH), trusting('pod-identity', BOTH));
    const interrupted = settledIrsa(['a', 'b'], { role: role({ trustPolicy: document }) });
    expect(admitted(PODS, interrupted).during).toEqual({ irsa: BOTH, pods: BOTH });
    const { final, bridge } = trustChanges(PODS, interrupted);
    expect([bridge, final.write.op, final.before]).toEqual([undefined, 'narrow-trust-policy', document]);
    // When all pods have moved, nothing is left to wait for.
    const moved = settledPods(['a', 'b'], { role: role({ trustPolicy: document }) });
    expect(admitted(PODS, moved)).toEqual({ irsa: [], pods: BOTH });
  });

  test.each<[string, Partial<Intent>, Partial<WorldParts['workloads']>]>([
    ['without restarts', { restart: 'never' }, {}],
    ['with a paused controller', {}, { deployments: [deployment('a', { paused: true })] }],
  ])('%s, IRSA goes on', (_what, overrides, workloads) => {
    const base = settledIrsa(['a']);
    const parts = { ...base, workloads: { ...base.workloads, ...workloads } };
    expect(admitted({ ...PODS, ...overrides }, parts)).toEqual({ irsa: A, pods: A });
  });

  test('without room for both, the plan says what that means', () => {
    const { final, bridge } = trustChanges(PODS, settledIrsa(uuids(14)));
    expect([bridge, final.write.op]).toEqual([undefined, 'put-trust-policy']);
    expect(final.effect).toContain('no room to trust both mechanisms');
  });

  test('a scope that takes less room is used where the names do not fit', () => {
    const document = trusting('irsa', [], 'pattern');
    const asked = { ...PODS, role: ownedRole({ trustScope: 'pattern' as const }) };
    const parts = settledIrsa(uuids(30), { role: role({ trustPolicy: document }) });
    expect(trustChanges(asked, parts).bridge?.write.document).toEqual(
      union(trusting('pod-identity', [], 'pattern'), document),
    );
  });
});

describe('the bridge', () => {
  test('is a change of its own with its diff, and the end of the move begins where it ends', () => {
    const parts = settledIrsa(['a']);
    const { final, bridge } = trustChanges(PODS, parts);
    const both = union(trusting('pod-identity', A), trusting('irsa', A));
    expect(bridge).toMatchObject({
      address: 'role/trust-policy/bridge',
      action: 'update',
      before: parts.role?.trustPolicy,
      after: both,
      effect: 'both mechanisms are trusted until the pods have moved',
      severity: 'security',
      drift: true,
      write: { op: 'put-trust-policy', document: both },
    });
    expect(final).toMatchObject({
      address: 'role/trust-policy',
      action: 'update',
      before: both,
      after: trusting('pod-identity', A),
      effect: 'after the restarts: until then both mechanisms are trusted',
      write: { op: 'narrow-trust-policy', document: trusting('pod-identity', A) },
    });
    expect(towards(PODS, parts, 'role')).toEqual([
      'update role/trust-policy/bridge',
      'update role/trust-policy',
    ]);
  });

  test('is not needed where no pod has to move', () => {
    const lost = settledPods(['a'], { role: role({ trustPolicy: trusting('pod-identity', [host('x')]) }) });
    expect(trustChanges(PODS, lost)).toMatchObject({
      bridge: undefined,
      final: { effect: '', write: { op: 'put-trust-policy' } },
    });
  });
});
