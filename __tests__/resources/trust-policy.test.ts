/** The plan for the trust policy. */
import { describe, expect, test } from '@jest/globals';
import type { Intent } from '../../src/model/config.ts';
import { controlPlane, intent, issuerless, ownedRole, role, type WorldParts } from '../support/factories.ts';
import { host } from '../support/names.ts';
import { only, planFor, reasons, towards } from '../support/plans.ts';
import { IRSA, PODS, settledIrsa, settledPods } from '../support/settled.ts';
import { running } from '../support/workloads.ts';
import { A, admitted, BOTH, half, trustChanges, trusting, uuids } from './trusting.ts';

const another = (namespace: string) => controlPlane('z', { group: 'g', selected: false, namespace });

describe('what is trusted in the end', () => {
  test('a namespace that was added by hand goes, one of a control plane that is not selected stays', () => {
    const document = trusting('pod-identity', [...BOTH, host('x'), 'default', 'own']);
    const parts = half(settledPods(['a', 'b'], { role: role({ trustPolicy: document }) }));
    expect(admitted(PODS, parts)).toEqual({ irsa: [], pods: BOTH });
  });

  test('with prune: false, gone control planes stay, and nothing else', () => {
    const document = trusting('pod-identity', [host('x'), 'default']);
    const parts = settledPods(['a'], { role: role({ trustPolicy: document }) });
    expect(admitted({ ...PODS, prune: false }, parts)).toEqual({ irsa: [], pods: [...A, host('x')] });
  });

  test('a namespace of another shape stays while it is labelled for a control plane', () => {
    const document = trusting('pod-identity', ['own', 'default']);
    const namespaces = [
      { name: host('a') },
      { name: 'own', controlPlaneName: 'ctp-z', controlPlaneGroup: 'g' },
    ];
    const mapped = settledPods(['a'], {
      role: role({ trustPolicy: document }),
      namespaces,
      controlPlanes: [controlPlane('a'), another('own')],
    });
    expect(admitted(PODS, mapped).pods).toEqual([host('a'), 'own']);
    const unmapped = { ...mapped, controlPlanes: [controlPlane('a'), another(host('z'))] };
    expect(admitted(PODS, unmapped).pods).toEqual([host('a'), 'own']);
  });

  test('who is not selected and ran by a wildcard is named', () => {
    const document = trusting('pod-identity', [], 'pattern');
    const parts = half(settledPods(['a', 'b'], { role: role({ trustPolicy: document }) }));
    expect(admitted(PODS, parts)).toEqual({ irsa: [], pods: BOTH });
  });

  test('nobody can be named where no control plane is', () => {
    const parts = settledPods(['a'], {
      role: role({ trustPolicy: trusting('pod-identity', [...A, 'default']) }),
    });
    expect(admitted(PODS, parts)).toEqual({ irsa: [], pods: A });
  });
});

describe('a new role', () => {
  test.each([IRSA, PODS])(
    'carries its trust policy from the start: no write of its own ($identity)',
    (asked) => {
      const plan = planFor(asked, running({ a: 'nothing' }));
      expect(plan.changes.map(({ id }) => id).filter((id) => id.includes('trust-policy'))).toEqual([]);
      const { trustPolicy } = only(plan, 'create-role').write;
      expect(trustPolicy).toEqual(trusting(asked.identity, A));
      const { final } = trustChanges(asked, running({ a: 'nothing' }, { role: role() }));
      expect(trustPolicy).toEqual(final.write.document);
    },
  );

  test('that would be too large is refused like any other', () => {
    const ids = Object.fromEntries(uuids(17).map((id) => [id, 'nothing'] as const));
    expect(reasons(planFor(IRSA, running(ids)))).toEqual(['quota-exceeded']);
  });
});

const warnings = (count: number) => planFor(IRSA, settledIrsa(uuids(count))).warnings;

const blockers = (asked: Intent, count: number, more: Partial<WorldParts> = {}) =>
  planFor(
    asked,
    asked.identity === 'irsa' ? settledIrsa(uuids(count), more) : settledPods(uuids(count), more),
  ).blockers;

const planned = (trustPolicyQuota: number) => planFor(IRSA, settledIrsa(uuids(17), { trustPolicyQuota }));

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
      /for 17 namespaces has 2147 characters, the account allows 2048 \(AWS's default/,
    );
    for (const way of ['pod-identity', 'trust-scope: pattern', 'L-C07B4B0D', 'control-planes'])
      expect(blocker?.next).toContain(way);
    expect(blockers(PODS, 33)[0]?.next).not.toContain('identity: pod-identity');
  });

  test('is exact: what just fits is written, with a warning; what does not is refused, with none', () => {
    expect(planned(2147)).toMatchObject({
      blockers: [],
      warnings: [expect.stringContaining('uses 2147 of 2147 characters')],
    });
    expect(planned(2146)).toMatchObject({
      blockers: [{ message: expect.stringMatching(/the account allows 2146$/) }],
      warnings: [],
    });
  });

  test('a pattern has room for any number, unless others stay by name', () => {
    const pattern = { ...PODS, role: ownedRole({ trustScope: 'pattern' as const }) };
    expect(blockers(pattern, 200)).toEqual([]);
    const own = uuids(90).map((id, n) => controlPlane(id, { namespace: `own-${n}-${'x'.repeat(50)}` }));
    const [blocker] = planFor(pattern, settledPods([], { controlPlanes: own })).blockers;
    expect(blocker?.reason).toBe('quota-exceeded');
    expect(blocker?.next).not.toContain('trust-scope');
  });

  test('warns before it is full', () => {
    expect(warnings(11)).toEqual([]);
    expect(warnings(12)).toEqual([expect.stringContaining('uses 1647 of 2048 characters')]);
  });
});

test("the upstream guide's wildcard comes with a warning", () => {
  const asked = intent({ role: ownedRole({ trustScope: 'any-namespace' }) });
  expect(planFor(asked, settledIrsa()).warnings).toEqual([
    expect.stringContaining('in any namespace of the cluster'),
  ]);
});

test('a cluster without issuer can not do IRSA', () => {
  const plan = planFor(IRSA, settledIrsa(['a'], { cluster: issuerless() }));
  expect(reasons(plan)).toEqual(['invalid-input']);
  expect(towards(PODS, settledPods(['a'], { cluster: issuerless() }))).toEqual([]);
});
