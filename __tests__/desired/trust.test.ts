/** The desired trust policy, also during a move. */
import { describe, expect, test } from '@jest/globals';
import { desiredTrust } from '../../src/desired/trust.ts';
import type { Identity, Intent } from '../../src/model/config.ts';
import type { PolicyDocument } from '../../src/model/policy.ts';
import { union } from '../../src/policy/equivalence.ts';
import { irsaTrust, podIdentityTrust } from '../../src/policy/trust-documents.ts';
import { association, controlPlane, intent, ownedRole, role, type WorldParts } from '../support/factories.ts';
import { host, OTHER_ROLE_ARN, SERVICE_ACCOUNT, uuid } from '../support/names.ts';
import { IRSA, PODS, settledIrsa, settledPods } from '../support/settled.ts';
import { admits, requestOf } from '../support/trust-evaluation.ts';
import { deployment, pod } from '../support/workloads.ts';
import { desiredOf, placeOf, worldOf } from '../support/world-of.ts';

const { target } = placeOf(intent());
const A = [host('a')];
const B = [host('b')];
const BOTH = [...A, ...B];
const CANDIDATES = [...BOTH, host('x'), 'default', 'own'];

const trusting = (
  identity: Identity,
  namespaces: readonly string[],
  scope: 'exact' | 'pattern' = 'exact',
): PolicyDocument => {
  const trusted = { target, scope, namespaces, serviceAccount: SERVICE_ACCOUNT };
  return identity === 'irsa' ? irsaTrust(trusted) : podIdentityTrust(trusted);
};

const trustFor = (asked: Intent, parts: WorldParts) => {
  if (asked.role.kind === 'referenced') throw new Error('a role made elsewhere is not shaped');
  return desiredTrust(asked.role, desiredOf(asked, parts.cluster), worldOf(asked, parts));
};

/** Whom a document admits, by mechanism. */
const admitted = (document: PolicyDocument) => {
  const names = (identity: Identity) =>
    CANDIDATES.filter((name) => admits(document, requestOf(identity, name)));
  return { irsa: names('irsa'), pods: names('pod-identity') };
};

/** Whom the role trusts in the end, and until the pods have moved. */
function stages(asked: Intent, parts: WorldParts) {
  const { final, bridge } = trustFor(asked, parts);
  const until = bridge === undefined || bridge === 'no-room' ? bridge : admitted(bridge);
  return until === undefined ? { final: admitted(final) } : { final: admitted(final), bridge: until };
}

const half = (parts: WorldParts): WorldParts => ({
  ...parts,
  controlPlanes: [controlPlane('a'), controlPlane('b', { selected: false })],
});

const bySettled = (
  identity: Identity,
  parts: Partial<WorldParts> = {},
  ids: readonly string[] = ['a', 'b'],
) => (identity === 'irsa' ? settledIrsa(ids, parts) : settledPods(ids, parts));

const askedFor = (identity: Identity) => (identity === 'irsa' ? IRSA : PODS);

describe.each<Identity>(['irsa', 'pod-identity'])('%s, with nobody on the other mechanism', (identity) => {
  const asked = askedFor(identity);
  const trusts = (document: PolicyDocument, parts: WorldParts = bySettled(identity), by = asked) =>
    admitted(trustFor(by, { ...parts, role: role({ trustPolicy: document }) }).final)[
      identity === 'irsa' ? 'irsa' : 'pods'
    ];

  test('without a role: every placed control plane, in the words of its own trust policy', () => {
    const { role: _role, ...parts } = bySettled(identity);
    expect(trustFor(asked, parts)).toEqual({ final: trusting(identity, BOTH), namespaces: 2 });
  });

  test('one that is not ready is trusted as soon as its namespace is known', () => {
    const { namespace: _unknown, ...unplaced } = controlPlane('b', { notReady: 'it has no ID yet' });
    const late = controlPlane('x', { notReady: 'its host namespace does not exist yet' });
    const parts = bySettled(identity, { controlPlanes: [controlPlane('a'), unplaced, late] }, ['a']);
    expect(trusts(trusting(identity, A), parts)).toEqual([...A, host('x')]);
  });

  test('what was added by hand goes; who is not selected and is named stays', () => {
    const document = trusting(identity, [...BOTH, host('x'), 'default', 'own']);
    expect(trusts(document)).toEqual(BOTH);
    expect(trusts(document, half(bySettled(identity)))).toEqual(BOTH);
    expect(trusts(trusting(identity, A), half(bySettled(identity)))).toEqual(A);
  });

  test('who is not selected and runs by a wildcard is named', () => {
    expect(trusts(trusting(identity, [], 'pattern'), half(bySettled(identity)))).toEqual(BOTH);
  });

  test('who is not selected, has what gives the role, and runs no pod at the moment is named too', () => {
    const document = trusting(identity, [], 'pattern');
    const parts = half(bySettled(identity));
    const idle = { ...parts, workloads: { ...parts.workloads, pods: [pod('a', identity)] } };
    expect(trusts(document, idle)).toEqual(BOTH);
    // What gives another role, or nothing, gives this one no claim.
    const serviceAccounts = [{ namespace: host('b'), roleArn: OTHER_ROLE_ARN }];
    const associations = [association('b', { roleArn: OTHER_ROLE_ARN, tags: {} })];
    const elsewhere = { ...idle, associations, workloads: { ...idle.workloads, serviceAccounts } };
    expect(trusts(document, elsewhere)).toEqual(A);
    expect(trusts(trusting(identity, A), idle)).toEqual(A);
  });

  test('with prune: false those that are gone stay, and nothing else', () => {
    const document = trusting(identity, [host('x'), 'default']);
    expect(trusts(document, bySettled(identity, {}, ['a']), { ...asked, prune: false })).toEqual([
      ...A,
      host('x'),
    ]);
  });

  test('a namespace of another shape stays while it is labelled for a control plane', () => {
    const own = { name: 'own', controlPlaneName: 'ctp-z', controlPlaneGroup: 'g' };
    const elsewhere = controlPlane('z', { group: 'g', selected: false, namespace: host('z') });
    const parts = bySettled(
      identity,
      { namespaces: [{ name: host('a') }, own], controlPlanes: [controlPlane('a'), elsewhere] },
      ['a'],
    );
    expect(trusts(trusting(identity, ['own', 'default']), parts)).toEqual([...A, 'own']);
  });

  test('the scope of the inputs is the scope of the document', () => {
    const pattern = { ...asked, role: ownedRole({ trustScope: 'pattern' as const }) };
    expect(trustFor(pattern, bySettled(identity)).final).toEqual(trusting(identity, [], 'pattern'));
  });

  test('no control plane at all: nobody', () => {
    expect(stages(asked, bySettled(identity, {}, []))).toEqual({ final: { irsa: [], pods: [] } });
  });
});

describe('a move to the other mechanism', () => {
  test('both are trusted for those that move, until they have', () => {
    const bridge = { irsa: BOTH, pods: BOTH };
    expect(stages(PODS, settledIrsa())).toEqual({ final: { irsa: [], pods: BOTH }, bridge });
    expect(stages(IRSA, settledPods())).toEqual({ final: { irsa: BOTH, pods: [] }, bridge });
  });

  test('a part of the Space at a time: the rest keeps its own', () => {
    expect(stages(PODS, half(settledIrsa()))).toEqual({
      final: { irsa: B, pods: A },
      bridge: { irsa: BOTH, pods: A },
    });
  });

  test('who is trusted by the other mechanism and does not run on it has nothing to move', () => {
    const document = union(trusting('irsa', BOTH), trusting('pod-identity', BOTH));
    const parts = settledPods(['a', 'b'], { role: role({ trustPolicy: document }) });
    expect(stages(PODS, parts)).toEqual({ final: { irsa: [], pods: BOTH } });
  });

  test.each<[string, Intent, WorldParts]>([
    ['a role that does not exist', PODS, (({ role: _role, ...rest }) => rest)(settledIrsa())],
    ['another role on the pods', PODS, settledIrsa(['a', 'b'], { workloads: podsWith('other-irsa') })],
    [
      'an association with another role',
      IRSA,
      settledPods(['a', 'b'], {
        associations: BOTH.map((_, n) => association(['a', 'b'][n] ?? '', { roleArn: OTHER_ROLE_ARN })),
      }),
    ],
    ['no association', IRSA, settledPods(['a', 'b'], { associations: [] })],
    ['nothing on the pods', PODS, settledIrsa(['a', 'b'], { workloads: podsWith('nothing') })],
  ])('%s: nobody has the role by it, so nobody moves', (_what, asked, parts) => {
    expect(trustFor(asked, parts).bridge).toBeUndefined();
  });

  test.each<[string, Partial<Intent>, Partial<WorldParts['workloads']>]>([
    ['without restarts', { restart: 'never' }, {}],
    ['with a paused controller', {}, { deployments: [deployment('a', { paused: true })] }],
    [
      'with another controller beside it that is not',
      {},
      { deployments: [deployment('a', { paused: true }), deployment('a', { name: 'second' })] },
    ],
  ])('%s IRSA goes on, and Pod Identity ends', (_what, overrides, workloads) => {
    const irsa = settledIrsa(['a']);
    const pods = settledPods(['a']);
    const paused = (parts: WorldParts) => ({ ...parts, workloads: { ...parts.workloads, ...workloads } });
    expect(stages({ ...PODS, ...overrides }, paused(irsa))).toEqual({ final: { irsa: A, pods: A } });
    expect(stages({ ...IRSA, ...overrides }, paused(pods))).toEqual({
      final: { irsa: A, pods: [] },
      bridge: { irsa: A, pods: A },
    });
  });

  test('where the names do not fit, the scope of the inputs may; else there is no room', () => {
    const ids = Array.from({ length: 30 }, (_, n) => uuid(n));
    const byPattern = { ...PODS, role: ownedRole({ trustScope: 'pattern' as const }) };
    const trustPolicy = trusting('irsa', [], 'pattern');
    const parts = settledIrsa(ids, { role: role({ trustPolicy }) });
    expect(trustFor(byPattern, parts).bridge).toEqual(
      union(trusting('pod-identity', [], 'pattern'), trustPolicy),
    );
    expect(trustFor(PODS, settledIrsa(ids.slice(0, 14))).bridge).toBe('no-room');
    expect(trustFor(PODS, settledIrsa(ids.slice(0, 14), { trustPolicyQuota: 8192 })).bridge).not.toBe(
      'no-room',
    );
  });
});

function podsWith(carried: Parameters<typeof pod>[1]): WorldParts['workloads'] {
  return { ...settledIrsa().workloads, pods: [pod('a', carried), pod('b', carried)] };
}
