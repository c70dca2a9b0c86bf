/** Doubts about what was seen: they keep a plan from being carried out. */
import { describe, expect, test } from '@jest/globals';
import type { Intent } from '../../src/model/config.ts';
import type { SameCluster } from '../../src/model/world.ts';
import { refuseBlocked, refuseToBegin, throwIfUnlisted } from '../../src/plan/gate.ts';
import { desiredTrust } from '../../src/desired/trust.ts';
import { association, controlPlane, intent, ownedRole, role, type WorldParts } from '../support/factories.ts';
import { host } from '../support/names.ts';
import { planFor, removalFor } from '../support/plans.ts';
import { IRSA, PODS, settledIrsa, settledPods } from '../support/settled.ts';
import { desiredOf, worldOf } from '../support/world-of.ts';
import { pod } from '../support/workloads.ts';
import { trusting } from '../resources/trusting.ts';

const OTHER: SameCluster = { kind: 'other', why: 'its tokens are issued by https://elsewhere' };
const UNKNOWN: SameCluster = { kind: 'unknown', why: 'its token issuer could not be read' };

const doubts = (asked: Intent, parts: WorldParts): readonly string[] =>
  planFor(asked, parts).doubts.map(({ reason, message }) => `${reason}: ${message}`);

describe('a cluster that is not shown to be the one that was named', () => {
  test.each([
    [OTHER, 'is not space-prod: its tokens are issued by'],
    [UNKNOWN, 'could not be shown to be space-prod: its token issuer'],
  ])('%j', (sameCluster, said) => {
    const parts = settledPods(['a'], { sameCluster });
    for (const plan of [planFor(PODS, parts), removalFor(PODS, parts)]) {
      expect(plan.doubts).toMatchObject([
        { reason: 'wrong-cluster', message: expect.stringContaining(said) },
      ]);
      expect(plan.warnings[0]).toContain(said);
      expect(() => refuseToBegin(plan)).toThrow(said);
      // Read-only modes go on.
      expect(() => refuseBlocked(plan)).not.toThrow();
      expect(() => throwIfUnlisted(plan)).not.toThrow();
    }
  });
});

const selecting = (selection: Partial<Intent['selection']>) =>
  intent({ identity: 'pod-identity', selection: { globs: [], namespaces: [], ...selection } });

describe('a selection that matches nobody', () => {
  const nobody = { ...settledPods(['a']), controlPlanes: [controlPlane('a', { selected: false })] };

  test.each<[Partial<Intent['selection']>, string]>([
    [{ globs: ['team-x/*'] }, '`control-planes` team-x/* matches none'],
    [{ selector: 'stage=prd' }, '`control-plane-selector` stage=prd matches none'],
    [
      { globs: ['a/*', 'b/*', 'c/*', 'd/*', 'e/*', 'f/*'], selector: 'x' },
      '`control-planes` a/*, b/*, c/*, d/*, e/* and 1 more with `control-plane-selector` x matches none',
    ],
  ])('is named with what there is: %j', (selection, said) => {
    const plan = planFor(selecting(selection), nobody);
    expect(plan.doubts).toMatchObject([{ reason: 'nothing-listed' }]);
    expect(plan.doubts[0]?.message).toContain(said);
    expect(plan.doubts[0]?.message).toContain('(team-a/ctp-a)');
    expect(() => throwIfUnlisted(plan)).toThrow('matches none');
    // Said once, as the doubt.
    expect(plan.warnings).toHaveLength(1);
  });

  test('is none when it matches one that has no namespace yet', () => {
    const { namespace: _namespace, id: _id, ...coming } = controlPlane('b', { notReady: 'it has no ID yet' });
    expect(doubts(selecting({ globs: ['team-a/*'] }), { ...nobody, controlPlanes: [coming] })).toEqual([]);
  });

  test('is none when it matches one that is being deleted: that is no misspelling', () => {
    const leaving = controlPlane('a', { selected: false, deleting: true, leaving: true });
    const beside = [leaving, controlPlane('b', { selected: false })];
    expect(doubts(selecting({ globs: ['team-a/*'] }), { ...nobody, controlPlanes: beside })).toEqual([]);
    const plan = planFor(selecting({ globs: ['team-a/*'] }), { ...nobody, controlPlanes: [leaving] });
    expect(plan.doubts).toEqual([]);
    expect(plan.warnings).toContain('no control plane with a host namespace is selected');
    expect(plan.changes.map(({ action, reason }) => [action, reason])).toEqual([
      ['keep', 'it keeps the role: it is being deleted'],
    ]);
  });

  test('is none when nothing was asked for: then nobody is there to be served', () => {
    expect(doubts(PODS, nobody)).toEqual([]);
    expect(planFor(PODS, nobody).warnings).toContain('no control plane with a host namespace is selected');
  });

  test('names namespaces of which none exists while others do', () => {
    const typo = controlPlane('typo', {
      group: '',
      name: host('typo'),
      notReady: 'the namespace does not exist',
    });
    const asked = selecting({ namespaces: [host('typo')] });
    const parts = settledPods(['a'], { controlPlanes: [typo], listsControlPlanes: true });
    expect(doubts(asked, parts)).toEqual([
      expect.stringContaining(`\`namespaces\` ${host('typo')} matches none`),
    ]);
    const [alone] = doubts(asked, settledPods([], { controlPlanes: [typo], listsControlPlanes: true }));
    expect(alone).toMatch(/matches none of the Space's control planes$/);
    const right = controlPlane('a', { group: '', name: host('a') });
    expect(doubts(asked, { ...parts, controlPlanes: [typo, right] })).toEqual([]);
  });
});

describe('a Space that lists no control plane at all', () => {
  const empty = { controlPlanes: [], listsControlPlanes: false };

  test('is not believed as long as somebody has the role, and nothing is taken', () => {
    const cases = [
      [PODS, settledPods(['a', 'b'], empty)],
      [IRSA, settledIrsa(['a', 'b'], empty)],
    ] as const;
    for (const [asked, parts] of cases) {
      expect(doubts(asked, parts)).toEqual([
        expect.stringMatching(`^nothing-listed: .*still held by 2 namespaces: ${host('a')}, ${host('b')}$`),
      ]);
      expect(planFor(asked, parts).changes.map(({ action }) => action)).not.toContain('delete');
    }
  });

  test('is a beginning where nobody has it', () => {
    expect(doubts(PODS, settledPods([], empty))).toEqual([]);
    const others = { ...empty, associations: [association('x', { tags: {} })] };
    expect(doubts(PODS, settledPods([], others))).toEqual([]);
  });

  test('what an add-on associates with the role tells of no control plane', () => {
    const ownerArn = 'arn:aws:eks:eu-central-1:111122223333:addon/space-prod/x/1';
    const open = intent({ identity: 'pod-identity', role: ownedRole({ trustScope: 'any-namespace' }) });
    const associations = [association('x', { tags: {}, ownerArn })];
    const trustPolicy = desiredTrust(
      ownedRole({ trustScope: 'any-namespace' }),
      desiredOf(open),
      worldOf(open, settledPods([])),
    );
    const parts = settledPods([], { ...empty, associations, role: role({ trustPolicy: trustPolicy.final }) });
    expect(doubts(open, parts)).toEqual([]);
    expect(doubts(open, { ...parts, associations: [association('x')] })).toHaveLength(1);
    // Who lives on it, or is trusted by name, is somebody all the same.
    const living = { ...parts.workloads, pods: [pod('x', 'pod-identity')] };
    expect(doubts(open, { ...parts, workloads: living })).toHaveLength(1);
    const named = role({ trustPolicy: trusting('pod-identity', [host('x')]) });
    expect(doubts(PODS, { ...parts, role: named })).toHaveLength(1);
  });

  test('of a role made elsewhere only the associations tell', () => {
    const asked = { ...PODS, role: { kind: 'referenced', arn: 'arn:aws:iam::111122223333:role/x' } as const };
    const { associations: _associations, ...rest } = settledPods(['a'], empty);
    expect(doubts(asked, { ...rest, associations: [] })).toEqual([]);
    expect(doubts(asked, settledPods(['a'], empty))).toHaveLength(1);
  });
});
