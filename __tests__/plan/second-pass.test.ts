/** What a second plan may do for control planes that became ready, and for nobody else. */
import { describe, expect, test } from '@jest/globals';
import type { Intent } from '../../src/model/config.ts';
import type { ControlPlane } from '../../src/model/host.ts';
import type { World } from '../../src/model/world.ts';
import { planTowards } from '../../src/plan/plan.ts';
import { awaited, forAwaited, notCleared, notServed, onlyPlanned } from '../../src/plan/second-pass.ts';
import { union } from '../../src/policy/equivalence.ts';
import { association, controlPlane, intent, role, type WorldParts } from '../support/factories.ts';
import { host, OTHER_ROLE_ARN, ROLE_ARN } from '../support/names.ts';
import { planFor } from '../support/plans.ts';
import { PODS, settledPods } from '../support/settled.ts';
import { pod } from '../support/workloads.ts';
import { desiredOf, worldOf } from '../support/world-of.ts';
import { trusting } from '../resources/trusting.ts';

const LATE = 'team-a/ctp-late';

const unmapped = (id: string): ControlPlane => {
  const { namespace: _namespace, id: _id, ...rest } = controlPlane(id, { notReady: 'it has no ID yet' });
  return rest;
};

/** `a` is settled and `late` is on its way. */
const first = settledPods(['a'], { controlPlanes: [controlPlane('a'), unmapped('late')] });
/** `late` has come up, without anything of ours. */
const later = settledPods(['a', 'late'], {
  role: role({ ...first.role }),
  associations: [association('a')],
  workloads: {
    ...settledPods(['a', 'late']).workloads,
    pods: [pod('a', 'pod-identity'), pod('late', 'nothing')],
  },
});

/** Of a plan for what there is now, what the awaited control planes get. */
function secondPass(now: WorldParts, asked: Intent = PODS, before: WorldParts = first) {
  const desired = desiredOf(asked);
  const firstWorld = worldOf(asked, before);
  const nowWorld = onlyPlanned(worldOf(asked, now), firstWorld);
  const names = awaited(planTowards(desired, firstWorld));
  return forAwaited(planTowards(desired, nowWorld), { desired, first: firstWorld, now: nowWorld, names });
}

const addresses = (now: WorldParts, asked?: Intent, before?: WorldParts): readonly string[] =>
  secondPass(now, asked, before).changes.map(({ address }) => address.replace(' (second pass)', ''));

const forLate = [`association/${host('late')}`, `restart/${host('late')}/external-secrets`];

test('the control planes that a plan waits for', () => {
  expect(awaited(planFor(PODS, first))).toEqual(new Set([LATE]));
  expect(awaited(planFor(PODS, settledPods()))).toEqual(new Set());
  expect(awaited(planFor(PODS, later))).toEqual(new Set());
});

const anew = (before: World, parts: WorldParts) => notCleared(worldOf(PODS, parts), before);

describe('a control plane that appears meanwhile', () => {
  const now = settledPods(['a', 'late', 'new'], {
    controlPlanes: [controlPlane('a'), controlPlane('late'), controlPlane('new')],
  });
  const [before, world] = [first, now].map((parts) => worldOf(PODS, parts));
  if (before === undefined || world === undefined) throw new Error('two worlds');

  test('is named', () => {
    expect(notServed(world, before)).toEqual([
      'not served, since they appeared while this run was under way: team-a/ctp-new',
    ]);
    expect(notServed(before, before)).toEqual([]);
  });

  test('has to be cleared once more when it has got something of the role', () => {
    const base = { ...now, associations: [], workloads: { ...now.workloads, serviceAccounts: [], pods: [] } };
    expect(anew(before, base)).toEqual([]);
    expect(anew(before, { ...base, associations: [association('new')] }).join()).toContain(
      ': team-a/ctp-new. Run',
    );
    expect(anew(before, { ...base, associations: [association('new', { tags: {} })] })).toEqual([]);
    const carried = (what: 'irsa' | 'pod-identity') => ({ ...base.workloads, pods: [pod('new', what)] });
    expect(anew(before, { ...base, workloads: carried('irsa') })).toHaveLength(1);
    expect(anew(before, { ...base, workloads: carried('pod-identity') })).toEqual([]);
  });

  test('is left alone like one that is not selected', () => {
    const { hosts, selected, placed } = onlyPlanned(world, before);
    expect(hosts.find(({ name }) => name === 'team-a/ctp-new')?.state).toEqual({
      kind: 'unselected',
      why: 'its control plane appeared while this run was under way',
    });
    const planned = ['team-a/ctp-a', LATE];
    expect(selected.map(({ name }) => name)).toEqual(planned);
    expect(placed.map(({ name }) => name)).toEqual(planned);
  });

  test('changes nothing for the others, and those that were not selected stay so', () => {
    const unselected = { ...first, controlPlanes: [controlPlane('a', { selected: false })] };
    const same = worldOf(PODS, unselected);
    expect(onlyPlanned(same, before)).toEqual(same);
    expect(onlyPlanned(before, before)).toEqual(before);
  });

  test('gets no change of its own and no place in the trust policy', () => {
    const bare = { ...now, role: role({ ...first.role }), associations: [association('a')] };
    const { changes } = secondPass(bare);
    expect(changes.map(({ address }) => address)).toEqual([
      'role/trust-policy (second pass)',
      `association/${host('late')} (second pass)`,
      `restart/${host('late')}/external-secrets (second pass)`,
    ]);
    expect(JSON.stringify(changes)).not.toContain(host('new'));
  });
});

describe('an awaited control plane', () => {
  test('gets its own changes and the trust of the role, under addresses that the first pass can not have', () => {
    expect(addresses(later)).toEqual(['role/trust-policy', ...forLate]);
    const { changes, blockers } = secondPass(later);
    expect(changes.every(({ address }) => address.endsWith(' (second pass)'))).toBe(true);
    expect(changes[0]?.write).toMatchObject({ op: 'put-trust-policy' });
    expect(blockers).toEqual([]);
  });

  test('is not waited for once more', () => {
    expect(addresses(first)).toEqual([]);
  });

  test('needs no write of a trust policy that has it already', () => {
    const named = settledPods(['a', 'late'], { controlPlanes: [controlPlane('a'), controlPlane('late')] });
    // Its namespace was known before it existed: the first pass has trusted it.
    const before = { ...first, controlPlanes: [controlPlane('a'), controlPlane('late', { notReady: 'x' })] };
    const now = { ...named, associations: [association('a')], workloads: later.workloads };
    expect(addresses(now, PODS, before)).toEqual(forLate);
  });

  test('makes no role: one made elsewhere is only referred to, and one that is gone refuses the pass', () => {
    const referring = intent({ identity: 'pod-identity', role: { kind: 'referenced', arn: ROLE_ARN } });
    expect(addresses(later, referring)).toEqual(forLate);
    const { role: _role, ...gone } = later;
    expect(() => addresses(gone)).toThrow(/is gone: someone changed it meanwhile/);
  });
});

describe('what has happened meanwhile', () => {
  test('to others is drift that nobody has seen: it is not written', () => {
    const drifted = {
      ...later,
      role: role({ ...later.role, inlinePolicies: {}, tags: { ...later.role?.tags, team: 'x' } }),
      associations: [],
      workloads: { ...later.workloads, pods: [pod('a', 'nothing'), pod('late', 'nothing')] },
    };
    const whole = planFor(PODS, drifted).changes.map(({ address }) => address);
    expect(whole).toEqual(expect.arrayContaining(['role/access-policy', `association/${host('a')}`]));
    expect(addresses(drifted)).toEqual(['role/trust-policy', ...forLate]);
  });

  test('to the trust policy is left alone where nobody needs it', () => {
    const widened = role({ ...first.role, trustPolicy: trusting('pod-identity', [host('a'), 'default']) });
    const now = { ...first, role: widened };
    expect(planFor(PODS, now).changes.map(({ id }) => id)).toContain('role/trust-policy');
    expect(addresses(now)).toEqual([]);
  });

  test('to the trust policy is not overwritten where it has to be written: the plan has changed', () => {
    const widened = trusting('pod-identity', [host('a'), 'default']);
    const handmade = union(first.role?.trustPolicy ?? widened, trusting('irsa', [host('a')]));
    for (const trustPolicy of [widened, handmade]) {
      const now = { ...later, role: role({ ...later.role, trustPolicy }) };
      expect(() => secondPass(now)).toThrow(
        expect.objectContaining({
          reason: 'plan-changed',
          message: expect.stringContaining('someone changed it meanwhile'),
        }),
      );
    }
  });

  test('is only shown where it is not ours', () => {
    const attached = role({ ...later.role, attachedPolicies: ['arn:aws:iam::aws:policy/X'] });
    const others = [association('a'), association('late', { tags: {} })];
    const now = { ...later, role: attached, associations: others };
    expect(planFor(PODS, now).changes.filter(({ action }) => action === 'foreign')).toHaveLength(2);
    expect(secondPass(now).changes.filter(({ action }) => action === 'foreign')).toEqual([]);
  });
});

const inTheWay = (id: string) => association(id, { tags: {}, roleArn: OTHER_ROLE_ARN });
const blockers = (now: WorldParts) =>
  secondPass(now).blockers.map(({ reason, host: key }) => [reason, key?.name]);

describe('what keeps a second pass from being carried out', () => {
  test('is what is in the way of an awaited control plane', () => {
    const now = { ...later, associations: [association('a'), inTheWay('late')] };
    expect(blockers(now)).toEqual([['not-owned', LATE]]);
  });

  test('is not what is in the way of others', () => {
    expect(blockers({ ...later, associations: [inTheWay('a')] })).toEqual([]);
  });

  test('is what is in the way of all', () => {
    expect(blockers({ ...later, trustPolicyQuota: 100 })).toEqual([['quota-exceeded', undefined]]);
  });
});
