import { describe, expect, test } from '@jest/globals';
import type { Intent } from '../../src/model/config.ts';
import type { World } from '../../src/model/world.ts';
import { planTowards } from '../../src/plan/plan.ts';
import { union } from '../../src/policy/meaning.ts';
import { irsaTrust, podIdentityTrust } from '../../src/policy/trust.ts';
import { cluster, controlPlane, intent, issuerless, ownedRole, role } from '../support/factories.ts';
import { host, ISSUER, SERVICE_ACCOUNT, uuid } from '../support/names.ts';
import { only, reasons, towards } from '../support/plans.ts';
import { IRSA, PODS, settledIrsa, settledPods } from '../support/settled.ts';
import { admits, type Mechanism, requestOf } from '../support/trust-evaluation.ts';
import { deployment } from '../support/workloads.ts';

const trusting = (
  mechanism: Mechanism,
  namespaces: readonly string[],
  scope: 'exact' | 'pattern' = 'exact',
) => {
  const trusted = { cluster: cluster(), scope, namespaces, serviceAccount: SERVICE_ACCOUNT };
  return mechanism === 'irsa' ? irsaTrust(trusted, ISSUER) : podIdentityTrust(trusted);
};

const CANDIDATES = ['a', 'b', 'x'].map(host).concat('default', 'own');

/** Who is admitted in the end, and until the pods have moved. */
function admitted(wanted: Intent, world: World) {
  const { payload } = only(planTowards(wanted, world), 'trust-policy');
  const names = (mechanism: Mechanism, document = payload.document) =>
    CANDIDATES.filter((name) => admits(document, requestOf(mechanism, name)));
  return {
    irsa: names('irsa'),
    pods: names('pod-identity'),
    ...(payload.during !== undefined && {
      during: { irsa: names('irsa', payload.during), pods: names('pod-identity', payload.during) },
    }),
  };
}

const half = (world: World): World => ({
  ...world,
  controlPlanes: [controlPlane('a'), controlPlane('b', { selected: false })],
});

const A = [host('a')];
const B = [host('b')];
const BOTH = [host('a'), host('b')];

describe('what is trusted in the end', () => {
  test('a namespace that was added by hand goes, one of a control plane that is not selected stays', () => {
    const document = trusting('pod-identity', [...BOTH, host('x'), 'default', 'own']);
    const there = half(settledPods(['a', 'b'], { role: role({ trustPolicy: document }) }));
    expect(admitted(PODS, there)).toEqual({ irsa: [], pods: BOTH });
  });

  test('with prune: false, gone control planes stay, and nothing else', () => {
    const document = trusting('pod-identity', [host('x'), 'default']);
    const there = settledPods(['a'], { role: role({ trustPolicy: document }) });
    expect(admitted({ ...PODS, prune: false }, there)).toEqual({ irsa: [], pods: [...A, host('x')] });
  });

  test('a namespace of another shape stays while it is labelled for a control plane', () => {
    const document = trusting('pod-identity', ['own', 'default']);
    const namespaces = [
      { name: host('a') },
      { name: 'own', controlPlaneName: 'ctp-z', controlPlaneGroup: 'g' },
    ];
    const controlPlanes = [
      controlPlane('a'),
      controlPlane('z', { group: 'g', selected: false, namespace: 'own' }),
    ];
    const there = settledPods(['a'], { role: role({ trustPolicy: document }), namespaces, controlPlanes });
    expect(admitted(PODS, there).pods).toEqual([host('a'), 'own']);
    const unmapped = {
      ...there,
      controlPlanes: [
        controlPlane('a'),
        controlPlane('z', { group: 'g', selected: false, namespace: host('z') }),
      ],
    };
    expect(admitted(PODS, unmapped).pods).toEqual([host('a'), 'own']);
  });

  test('who is not selected and ran by a wildcard is named', () => {
    const there = half(
      settledPods(['a', 'b'], { role: role({ trustPolicy: trusting('pod-identity', [], 'pattern') }) }),
    );
    expect(admitted(PODS, there)).toEqual({ irsa: [], pods: BOTH });
  });

  test('nobody can be named where no control plane is', () => {
    const there = settledPods([], { role: role({ trustPolicy: trusting('pod-identity', ['default']) }) });
    expect(admitted(PODS, there)).toEqual({ irsa: [], pods: [] });
  });
});

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
    expect(
      admitted(PODS, settledIrsa(['a', 'b'], { role: role({ trustPolicy: document }) })).during?.pods,
    ).toEqual(BOTH);
  });

  test('an interrupted move is taken up where it was left', () => {
    const document = union(trusting('irsa', BOTH), trusting('pod-identity', BOTH));
    expect(admitted(PODS, settledIrsa(['a', 'b'], { role: role({ trustPolicy: document }) })).during).toEqual(
      { irsa: BOTH, pods: BOTH },
    );
    // When all pods have moved, there is nothing to wait for.
    expect(admitted(PODS, settledPods(['a', 'b'], { role: role({ trustPolicy: document }) }))).toEqual({
      irsa: [],
      pods: BOTH,
    });
  });

  test.each<[string, Partial<Intent>, Partial<World['workloads']>]>([
    ['without restarts', { restart: 'never' }, {}],
    ['with a paused controller', {}, { deployments: [deployment('a', { paused: true })] }],
  ])('%s, IRSA goes on', (_what, overrides, workloads) => {
    const there = settledIrsa(['a']);
    const world = { ...there, workloads: { ...there.workloads, ...workloads } };
    expect(admitted({ ...PODS, ...overrides }, world)).toEqual({ irsa: A, pods: A });
  });

  test('without room for both, the plan says what that means', () => {
    const ids = Array.from({ length: 14 }, (_, n) => uuid(n));
    const change = only(planTowards(PODS, settledIrsa(ids)), 'trust-policy');
    expect(change.payload.during).toBeUndefined();
    expect(change.effect).toContain('no room to trust both mechanisms');
  });

  test('a scope that takes less room is used where the names do not fit', () => {
    const ids = Array.from({ length: 30 }, (_, n) => uuid(n));
    const document = trusting('irsa', [], 'pattern');
    const wanted = { ...PODS, role: ownedRole({ trustScope: 'pattern' as const }) };
    const change = only(
      planTowards(wanted, settledIrsa(ids, { role: role({ trustPolicy: document }) })),
      'trust-policy',
    );
    expect(change.payload.during).toEqual(union(trusting('pod-identity', [], 'pattern'), document));
  });
});

const warnings = (count: number) => planTowards(IRSA, settledIrsa(ids(count))).warnings;

const ids = (count: number) => Array.from({ length: count }, (_, n) => uuid(n));

const blockers = (wanted: Intent, count: number, more: Partial<World> = {}) =>
  planTowards(
    wanted,
    wanted.identity === 'irsa' ? settledIrsa(ids(count), more) : settledPods(ids(count), more),
  ).blockers;

describe('the quota', () => {
  test('16 control planes fit with IRSA and 17 do not; 32 and 33 with Pod Identity', () => {
    expect(blockers(IRSA, 16)).toEqual([]);
    expect(blockers(IRSA, 17)).toMatchObject([{ reason: 'quota-exceeded' }]);
    expect(blockers(PODS, 32)).toEqual([]);
    expect(blockers(PODS, 33)).toMatchObject([{ reason: 'quota-exceeded' }]);
  });

  test('is the account’s own, and every way out is named', () => {
    expect(blockers(IRSA, 36, { trustPolicyQuota: 4096 })).toEqual([]);
    const [blocker] = blockers(IRSA, 17, { trustPolicyQuotaKnown: false });
    expect(blocker?.message).toMatch(
      /for 17 namespaces has 2147 characters, the account allows 2048 \(AWS’s default/,
    );
    for (const way of ['pod-identity', 'trust-scope: pattern', 'L-C07B4B0D', 'control-planes'])
      expect(blocker?.next).toContain(way);
    expect(blockers(PODS, 33)[0]?.next).not.toContain('identity: pod-identity');
  });

  test('a pattern has room for any number, unless others stay by name', () => {
    const pattern = { ...PODS, role: ownedRole({ trustScope: 'pattern' as const }) };
    expect(blockers(pattern, 200)).toEqual([]);
    const own = settledPods(ids(3)).controlPlanes.map((one, n) => ({
      ...one,
      namespace: `own-${n}-${'x'.repeat(50)}`,
    }));
    const many = Array.from({ length: 30 }, () => own)
      .flat()
      .map((one, n) => ({ ...one, namespace: `${one.namespace}${n}` }));
    const [blocker] = planTowards(pattern, settledPods([], { controlPlanes: many })).blockers;
    expect(blocker?.next).not.toContain('trust-scope');
  });

  test('warns before it is full', () => {
    expect(warnings(11)).toEqual([]);
    expect(warnings(12)).toEqual([expect.stringContaining('uses 1647 of 2048 characters')]);
  });
});

test('the upstream guide’s wildcard comes with a warning', () => {
  const wanted = intent({ role: ownedRole({ trustScope: 'any-namespace' }) });
  expect(planTowards(wanted, settledIrsa()).warnings).toEqual([
    expect.stringContaining('in any namespace of the cluster'),
  ]);
});

test('a cluster without issuer can not do IRSA', () => {
  const plan = planTowards(IRSA, settledIrsa(['a'], { cluster: issuerless() }));
  expect(reasons(plan)).toEqual(['invalid-input']);
  expect(towards(PODS, settledPods(['a'], { cluster: issuerless() }))).toEqual([]);
});
