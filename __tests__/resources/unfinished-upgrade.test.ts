/** A release that a killed run has left pending, or whose upgrade failed: upgraded anew, whatever else there is to do. */
import { describe, expect, test } from '@jest/globals';
import type { Plan } from '../../src/model/change.ts';
import type { Release } from '../../src/model/world.ts';
import { release } from '../support/factories.ts';
import { spaceOf } from '../support/apply-context.ts';
import { ROLE_ANNOTATION } from '../../src/space/chart.ts';
import { ROLE_ARN, START } from '../support/names.ts';
import { planFor, reasons, removalFor } from '../support/plans.ts';
import { runMode } from '../support/running.ts';
import { IRSA, PODS, settledIrsa, settledPods } from '../support/settled.ts';

const pending = (parts: Partial<Release>) => ({
  status: 'pending-upgrade',
  revision: 4,
  deployedRevision: 3,
  ...parts,
});
const OVER = { begun: { untilMs: START - 1, isOver: true } };
const AT_WORK = { begun: { untilMs: START + 60_000, isOver: false } };

/** The same values, in such a state. */
function irsaWith(parts: Partial<Release>) {
  const settled = settledIrsa(['a']);
  if (settled.release.kind !== 'found') throw new Error('there is a release');
  return {
    ...settled,
    release: { kind: 'found', release: { ...settled.release.release, ...parts } },
  } as const;
}

describe('one that is left half way', () => {
  test.each([
    ['apply', planFor(IRSA, irsaWith(pending(OVER)))],
    [
      'apply, by the other mechanism',
      planFor(PODS, { ...settledPods(['a']), release: { kind: 'found', release: release(pending(OVER)) } }),
    ],
    [
      'destroy, where no value is left',
      removalFor(PODS, {
        ...settledPods(['a']),
        release: { kind: 'found', release: release(pending(OVER)) },
      }),
    ],
  ])('is upgraded anew: %s', (_mode, plan) => {
    expect(plan.changes).toContainEqual(
      expect.objectContaining({
        id: 'helm/annotation',
        address: 'helm/annotation/anew',
        action: 'update',
        severity: 'availability',
        drift: true,
        reason: 'its upgrade to revision 4, begun by a run of this action, did not end',
        write: { op: 'upgrade-anew', revision: 4, deployedVersion: '1.17.1' },
      }),
    );
    expect(plan.blockers).toEqual([]);
  });

  test('even where nothing else is to be done, and by GitOps where that owns the release', () => {
    const { changes } = planFor(IRSA, irsaWith(pending(OVER)));
    expect(changes.filter(({ write }) => write.op !== 'none').map(({ id }) => id)).toEqual([
      'helm/annotation',
    ]);
    const space = { manager: 'flux', managerEvidence: 'label x' } as const;
    expect(planFor(IRSA, { ...irsaWith(pending(OVER)), space }).blockers).toMatchObject([
      { reason: 'gitops-managed' },
    ]);
  });

  test('and is free after the run', async () => {
    const space = spaceOf({ a: 'nothing' });
    await runMode(space, 'apply', IRSA);
    if (space.state.release.kind !== 'found') throw new Error('there is a release');
    space.state.release = { kind: 'found', release: { ...space.state.release.release, ...pending(OVER) } };
    const count = space.writes.length;
    const { failure } = await runMode(space, 'apply', IRSA);
    expect(failure).toBeUndefined();
    expect(space.writes.slice(count).map(({ call }) => call)).toEqual(['upgrade']);
    expect(space.state.release).toMatchObject({ release: { status: 'deployed' } });
    const plan = await runMode(space, 'plan', IRSA);
    expect(plan.record.plan?.changes.filter(({ write }) => write.op !== 'none')).toEqual([]);
  });
});

const idsOf = ({ changes }: Plan) =>
  changes.filter(({ write }) => write.op !== 'none' && write.op !== 'restart').map(({ id }) => id);

describe('one that failed', () => {
  const failed = { ...pending(OVER), status: 'failed' };
  test('is upgraded anew where nothing else is to be done: what of it has reached the cluster is not known', () => {
    const plan = planFor(IRSA, irsaWith(failed));
    expect(plan.changes).toContainEqual(
      expect.objectContaining({
        id: 'helm/annotation',
        reason: 'its upgrade to revision 4, begun by a run of this action, failed',
      }),
    );
    expect(
      idsOf(
        removalFor(PODS, { ...settledPods(['a']), release: { kind: 'found', release: release(failed) } }),
      ),
    ).toContain('helm/annotation');
  });

  test.each([
    ['failed', failed],
    ['did not end', pending(OVER)],
  ])('is left to the upgrade that a value needs: it %s', (_how, parts) => {
    const ids = idsOf(removalFor(IRSA, irsaWith(parts)));
    expect(ids.filter((id) => id === 'helm/annotation')).toHaveLength(1);
  });

  test('by others changes nothing', () => {
    expect(idsOf(planFor(IRSA, irsaWith({ ...pending({}), status: 'failed' })))).toEqual([]);
  });
});

const ofAnnotation = (plan: Plan) =>
  plan.changes.flatMap(({ id, write }) => (id === 'helm/annotation' && 'value' in write ? write.value : []));

describe("Helm's record of what a killed upgrade has taken out", () => {
  const values = {
    controlPlanes: {
      sharedSecrets: { enabled: true, serviceAccount: { customAnnotations: { [ROLE_ANNOTATION]: null } } },
    },
  };
  test('has null for it, which has to be taken out again', () => {
    const parts = irsaWith({ ...pending(OVER), values });
    expect(ofAnnotation(removalFor(IRSA, parts))).toEqual([null]);
    expect(ofAnnotation(planFor(PODS, parts))).toEqual([null]);
  });

  test('that others left is no matter of ours', () => {
    for (const parts of [{}, pending(AT_WORK), { ...pending({}), status: 'failed' }]) {
      expect(ofAnnotation(removalFor(IRSA, irsaWith({ ...parts, values })))).toEqual([]);
    }
  });

  test('and is written over where the value is wanted', () => {
    expect(ofAnnotation(planFor(IRSA, irsaWith({ ...pending(OVER), values })))).toEqual([ROLE_ARN]);
  });
});

describe('one that may still be at work', () => {
  test('is left to it', () => {
    const plan = planFor(IRSA, irsaWith(pending(AT_WORK)));
    expect(plan.changes.map(({ id }) => id)).not.toContain('helm/annotation');
    expect(plan.blockers).toEqual([]);
  });

  test('keeps a run from going by values that may be or not: where no revision is deployed', () => {
    const unclear = pending({ ...AT_WORK, deployedRevision: 4 });
    expect(removalFor(IRSA, irsaWith(unclear)).blockers).toMatchObject([
      {
        reason: 'release-busy',
        message: 'its upgrade to revision 4, begun by a run of this action, has not ended yet',
        next: expect.stringContaining(new Date(START + 60_000).toISOString()),
      },
    ]);
    const label = { ...IRSA, release: { ...IRSA.release, podLabels: { team: 'a' } } };
    expect(reasons(planFor(label, irsaWith(unclear)))).toEqual(['release-busy']);
    // What was deployed before is known, and so is what an upgrade that is over has left.
    expect(reasons(planFor(label, irsaWith(pending(AT_WORK))))).toEqual([]);
    expect(reasons(planFor(label, irsaWith({ ...unclear, ...OVER })))).toEqual([]);
    // Where the values are as they should be, nothing depends on it.
    expect(planFor(IRSA, irsaWith(unclear)).blockers).toEqual([]);
  });
});
