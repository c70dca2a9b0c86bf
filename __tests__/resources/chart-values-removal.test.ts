/** What `destroy` takes out of the Space's values. */
import { describe, expect, test } from '@jest/globals';
import type { Intent } from '../../src/model/config.ts';
import { intent, releaseIntent, type WorldParts } from '../support/factories.ts';
import { OTHER_ROLE_ARN, ROLE_ARN } from '../support/names.ts';
import { brief, reasons, removalFor } from '../support/plans.ts';
import { annotating, IRSA, PODS, settledIrsa, settledPods } from '../support/settled.ts';

const taken = (asked: Intent, parts: WorldParts): readonly string[] => {
  const plan = removalFor(asked, parts);
  return [...brief(plan).filter((text) => text.includes('helm/')), ...reasons(plan)];
};

describe('a removal', () => {
  test.each<[string, Intent, WorldParts, readonly string[]]>([
    ['takes our role out', IRSA, settledIrsa(), ['delete helm/annotation']],
    ['also after Pod Identity', PODS, settledIrsa(), ['delete helm/annotation']],
    ['leaves another role', IRSA, settledIrsa(['a'], { release: annotating(OTHER_ROLE_ARN) }), []],
    [
      'leaves the values to whoever sets them',
      intent({ release: releaseIntent({ annotate: 'none' }) }),
      settledIrsa(),
      [],
    ],
    [
      'is refused where GitOps would undo it',
      IRSA,
      settledIrsa(['a'], { space: { manager: 'flux', managerEvidence: 'x' } }),
      ['delete helm/annotation', 'gitops-managed'],
    ],
    [
      'is refused where the values are out of reach',
      IRSA,
      settledIrsa(['a'], { release: { kind: 'absent' } }),
      ['gitops-managed'],
    ],
    [
      'is refused where they can not be read',
      IRSA,
      settledIrsa(['a'], { release: { kind: 'unreadable', why: 'no', next: '' } }),
      ['access-denied'],
    ],
    [
      'needs no values where nobody carries the role',
      PODS,
      settledPods(['a'], { release: { kind: 'absent' } }),
      [],
    ],
  ])('%s', (_what, asked, parts, expected) => {
    expect(taken(asked, parts)).toEqual(expected);
  });
});

test('that Flux could not be looked at is told, whether there is anything to take out or not', () => {
  const space = { manager: 'helm', managerEvidence: '', fluxUnread: 'no list' } as const;
  const told = [expect.stringContaining('was not looked at: no list')];
  expect(removalFor(IRSA, settledIrsa(['a'], { space })).warnings).toEqual(told);
  expect(removalFor(PODS, settledPods(['a'], { space })).warnings).toEqual(told);
});

test('a removal that has to upgrade the release says what rights it needs, where those of its mechanism are too few', () => {
  const release = annotating(ROLE_ARN);
  expect(removalFor(PODS, settledPods(['a'], { release })).warnings).toEqual([
    expect.stringContaining('permissions/rbac/destroy-irsa.yaml for it, those of destroy-pod-identity.yaml'),
  ]);
  expect(removalFor(IRSA, settledIrsa(['a'], { release })).warnings).toEqual([]);
});
