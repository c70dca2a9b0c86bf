/** Several values that differ at once: each is judged by itself, and shown as it was and will be. */
import { describe, expect, test } from '@jest/globals';
import {
  association,
  controlPlane,
  intent,
  release,
  releaseIntent,
  type WorldParts,
} from '../support/factories.ts';
import { host, OTHER_ROLE_ARN, ROLE_ARN } from '../support/names.ts';
import { brief, only, planFor, reasons, removalFor } from '../support/plans.ts';
import { annotating, IRSA, PODS, settledIrsa, settledPods } from '../support/settled.ts';
import { running } from '../support/workloads.ts';

const labelled = (identity: 'irsa' | 'pod-identity') =>
  intent({ identity, release: releaseIntent({ podLabels: { team: 'a' } }) });
const some = [controlPlane('a'), controlPlane('b', { selected: false })];

describe('a label beside an annotation', () => {
  test('of someone: the label is set, and that annotation alone is left', () => {
    const plan = planFor(
      labelled('pod-identity'),
      settledPods(['a'], { release: annotating(OTHER_ROLE_ARN) }),
    );
    expect(brief(plan)).toEqual(['create helm/pod-labels', 'foreign helm/annotation']);
  });

  test('that others still need: the label is set, and the annotation stays', () => {
    const associations = [association('a')];
    const base = settledPods(['a', 'b'], {
      release: annotating(ROLE_ARN),
      controlPlanes: some,
      associations,
    });
    const serviceAccounts = ['a', 'b'].map((id) => ({ namespace: host(id), roleArn: ROLE_ARN }));
    const plan = planFor(labelled('pod-identity'), {
      ...base,
      workloads: { ...base.workloads, serviceAccounts },
    });
    expect(brief(plan)).toEqual(['create helm/pod-labels', `keep annotation/${host('b')}`]);
    expect(plan.warnings).toContainEqual(expect.stringContaining('outside the selection'));
  });

  test('that is as wanted: nobody outside of the selection gets anything new', () => {
    const { warnings } = planFor(labelled('irsa'), settledIrsa(['a'], { controlPlanes: some }));
    expect(warnings).toEqual([]);
  });
});

test('nobody outside of the selection gets a role by the annotation that is taken out', () => {
  const { warnings } = planFor(
    PODS,
    settledPods(['a'], { release: annotating(ROLE_ARN), controlPlanes: some }),
  );
  expect(warnings.filter((warning) => warning.includes('outside the selection'))).toEqual([]);
});

test('an annotation that the values do not hold is not said to stay in them', () => {
  const base = settledIrsa(['a', 'b'], {
    controlPlanes: some,
    release: { kind: 'found', release: release() },
  });
  const { changes, warnings } = planFor(PODS, base);
  expect(changes.map(({ id }) => id)).toContain(`annotation/${host('b')}`);
  expect(warnings.filter((warning) => warning.includes("stays in the Space's values"))).toEqual([]);
});

describe('what is shown', () => {
  test('of an annotation that is replaced', () => {
    const parts = settledIrsa(['a'], { release: annotating(OTHER_ROLE_ARN) });
    expect(only(planFor(intent({ adopt: true }), parts), 'set-value')).toMatchObject({
      before: OTHER_ROLE_ARN,
      after: ROLE_ARN,
      effect: 'Spaces carries it to every control plane of the Space',
      write: { value: ROLE_ARN, deployedVersion: '1.17.1' },
    });
  });

  test('of a label that is new', () => {
    expect(only(planFor(labelled('irsa'), settledIrsa(['a'])), 'set-value')).toMatchObject({
      before: null,
      after: 'a',
      effect: '',
    });
  });
});

test('a service account without annotation, and a release that can not be read: IRSA can not be set up', () => {
  const unreadable = { kind: 'unreadable', why: 'secrets is forbidden', next: 'Apply the file.' } as const;
  const plan = planFor(IRSA, running({ a: 'nothing' }, { release: unreadable }));
  expect(reasons(plan)).toEqual(['access-denied']);
  expect(plan.blockers[0]?.message).toContain('IRSA is set up through its values: secrets is forbidden');
});

test.each([
  ['flux', 'managed by Flux (x), which'],
  ['argo-cd', 'managed by Argo CD (x), which'],
] as const)('who would undo an upgrade is named: %s', (manager, said) => {
  const parts = settledIrsa(['a'], {
    release: { kind: 'found', release: release() },
    space: { manager, managerEvidence: 'x' },
  });
  expect(planFor(IRSA, parts).blockers[0]?.message).toContain(said);
});

test('a removal is refused for values out of reach where any one service account carries the role', () => {
  const base = settledIrsa(['a', 'b'], { release: { kind: 'absent' } });
  const serviceAccounts = [{ namespace: host('a') }, { namespace: host('b'), roleArn: ROLE_ARN }];
  const parts: WorldParts = { ...base, workloads: { ...base.workloads, serviceAccounts } };
  expect(reasons(removalFor(IRSA, parts))).toEqual(['gitops-managed']);
});
