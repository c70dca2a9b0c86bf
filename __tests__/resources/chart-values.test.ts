/** The plan for the values of the Spaces release. */
import { describe, expect, test } from '@jest/globals';
import type { Intent, ReleaseIntent } from '../../src/model/config.ts';
import {
  association,
  controlPlane,
  intent,
  release,
  releaseIntent,
  type WorldParts,
} from '../support/factories.ts';
import { host, OTHER_ROLE_ARN, ROLE_ARN } from '../support/names.ts';
import { brief, planFor, reasons } from '../support/plans.ts';
import { annotating, IRSA, PODS, settledIrsa, settledPods } from '../support/settled.ts';

const withRelease = (parts: WorldParts, overrides: Parameters<typeof release>[0]): WorldParts => ({
  ...parts,
  release: { kind: 'found', release: release(overrides) },
});
const asking = (overrides: Partial<ReleaseIntent>, more: Partial<Intent> = {}): Intent =>
  intent({ release: releaseIntent(overrides), ...more });
const helm = (asked: Intent, parts: WorldParts): readonly string[] => {
  const plan = planFor(asked, parts);
  return [...brief(plan).filter((text) => text.includes('helm/')), ...reasons(plan)];
};
const off = { features: { alpha: { sharedSecrets: { enabled: false } } } };

describe('what the values lack', () => {
  test.each<[string, Intent, WorldParts, readonly string[]]>([
    ['the annotation', IRSA, withRelease(settledIrsa(), {}), ['create helm/annotation']],
    [
      'the right annotation',
      IRSA,
      settledIrsa(['a'], { release: annotating(OTHER_ROLE_ARN) }),
      ['foreign helm/annotation', 'not-owned'],
    ],
    [
      'the right annotation, with leave to take it over',
      intent({ adopt: true }),
      settledIrsa(['a'], { release: annotating(OTHER_ROLE_ARN) }),
      ['update helm/annotation'],
    ],
    [
      "nothing where somebody else's annotation does no harm",
      PODS,
      settledPods(['a'], { release: annotating(OTHER_ROLE_ARN) }),
      ['foreign helm/annotation'],
    ],
    [
      'the right annotation, where it is an empty one',
      IRSA,
      settledIrsa(['a'], { release: annotating('') }),
      ['update helm/annotation'],
    ],
    [
      'the switch of Shared Secrets',
      PODS,
      withRelease(settledPods(), { values: off }),
      ['update helm/shared-secrets'],
    ],
    [
      'the switch and all above it',
      PODS,
      withRelease(settledPods(), { values: {} }),
      ['create helm/shared-secrets'],
    ],
    [
      'pod labels',
      asking({ podLabels: { a: 'b', c: 'd' } }),
      settledIrsa(),
      ['create helm/pod-labels', 'create helm/pod-labels'],
    ],
    ['nothing', IRSA, settledIrsa(), []],
    [
      'nothing that this action sets',
      asking({ annotate: 'none' }),
      withRelease(settledIrsa(), { values: {} }),
      [],
    ],
  ])('%s', (_what, asked, parts, expected) => {
    expect(helm(asked, parts)).toEqual(expected);
  });

  test('pod labels are compared one by one', () => {
    const values = {
      ...release().values,
      controlPlanes: { sharedSecrets: { pod: { customLabels: { a: 'b', c: 'x', z: 'y' } } } },
    };
    const asked = asking({ podLabels: { a: 'b', c: 'd' } }, { identity: 'pod-identity' });
    expect(helm(asked, withRelease(settledPods(), { values }))).toEqual(['update helm/pod-labels']);
  });

  test('the target can be looked up with helm as it stands', () => {
    const [change] = planFor(IRSA, withRelease(settledIrsa(), {})).changes;
    expect(change?.target).toBe(
      String.raw`upbound-system/spaces controlPlanes.sharedSecrets.serviceAccount.customAnnotations.eks\.amazonaws\.com/role-arn`,
    );
  });
});

const stillAnnotating = (overrides: Partial<WorldParts> = {}): WorldParts =>
  settledPods(['a', 'b'], { release: annotating(ROLE_ARN), ...overrides });

describe('Pod Identity is desired, and the values still annotate', () => {
  const annotated = { serviceAccounts: ['a', 'b'].map((id) => ({ namespace: host(id), roleArn: ROLE_ARN })) };
  const some = [controlPlane('a'), controlPlane('b', { selected: false })];

  test('the annotation is taken out', () => {
    expect(helm(PODS, stillAnnotating())).toEqual(['delete helm/annotation']);
    expect(planFor(PODS, stillAnnotating()).warnings).toEqual([
      expect.stringContaining('`mode: apply` needs the rights of permissions/rbac/apply-irsa.yaml for it'),
    ]);
  });

  test('it stays where control planes that are not selected need it, and nobody waits for it to go', () => {
    const base = stillAnnotating({ controlPlanes: some, associations: [association('a')] });
    const plan = planFor(PODS, { ...base, workloads: { ...base.workloads, ...annotated } });
    expect(brief(plan)).toEqual([`keep annotation/${host('b')}`]);
    expect(plan.warnings).toEqual([
      expect.stringContaining(`needed by 1 control plane outside the selection (${host('b')})`),
    ]);
  });

  test('many that need it are counted, and a few named', () => {
    const ids = ['b', 'c', 'd', 'e', 'f'];
    const others = ids.map((id) => controlPlane(id, { selected: false }));
    const serviceAccounts = ids.map((id) => ({ namespace: host(id), roleArn: ROLE_ARN }));
    const base = stillAnnotating({
      controlPlanes: [controlPlane('a'), ...others],
      associations: [association('a')],
    });
    const [warning] = planFor(PODS, {
      ...base,
      workloads: { ...base.workloads, serviceAccounts },
    }).warnings;
    expect(warning).toContain(
      `it is needed by 5 control planes outside the selection (${['b', 'c', 'd'].map(host).join(', ')}, …)`,
    );
  });

  test('someone else’s values are only talked about', () => {
    const base = stillAnnotating();
    const none = asking({ annotate: 'none' }, { identity: 'pod-identity' });
    const plan = planFor(none, { ...base, workloads: { ...base.workloads, ...annotated } });
    expect([...brief(plan), ...reasons(plan)]).toEqual([]);
    expect(plan.warnings).toEqual([expect.stringContaining('is still on 2 service accounts:')]);
  });
});

const managed = (manager: 'argo-cd' | 'flux'): WorldParts => ({
  ...withRelease(settledIrsa(), {}),
  space: { manager, managerEvidence: 'the label x' },
});

describe('who may upgrade the release', () => {
  test.each(['argo-cd', 'flux'] as const)('not this action, where %s does', (manager) => {
    expect(helm(IRSA, managed(manager))).toEqual(['create helm/annotation', 'gitops-managed']);
    expect(planFor(IRSA, managed(manager)).blockers[0]?.message).toContain('(the label x)');
    expect(helm(asking({ annotate: 'none' }), managed(manager))).toEqual([]);
  });

  test('whoever does, that Flux could not be looked at is told, unless it is seen by its marks', () => {
    const told = (['helm', 'flux', 'argo-cd'] as const).map((manager) => {
      const space = { manager, managerEvidence: '', fluxUnread: 'no list' };
      return planFor(IRSA, settledIrsa(['a'], { space })).warnings;
    });
    expect(told).toEqual([[expect.stringContaining('was not looked at: no list')], [], []]);
  });

  test('where nothing has to change, it does not matter', () => {
    expect(helm(IRSA, settledIrsa(['a'], { space: managed('flux').space }))).toEqual([]);
  });

  test('nobody, where Spaces runs without a release', () => {
    const absent = settledIrsa(['a'], { release: { kind: 'absent' } });
    expect(helm(IRSA, absent)).toEqual([
      'create helm/annotation',
      'create helm/shared-secrets',
      'gitops-managed',
    ]);
    const [blocker] = planFor(IRSA, { ...absent, space: managed('argo-cd').space }).blockers;
    expect(blocker?.message).toContain(
      'there is no Helm release upbound-system/spaces, and yet Spaces runs here (the label x)',
    );
  });
});

describe('a release that may not be read', () => {
  const next = 'Apply the file.';
  const unreadable = { kind: 'unreadable', why: 'secrets is forbidden', next } as const;

  test('IRSA is set up through it', () => {
    const parts = settledIrsa(['a'], { release: unreadable });
    expect(helm(IRSA, parts)).toEqual(['access-denied']);
    expect(planFor(IRSA, parts).blockers[0]?.next).toMatch(/^Apply the file\. Or set `annotate: none`/);
  });

  test('Pod Identity does without, unless an annotation has to go', () => {
    const plan = planFor(PODS, settledPods(['a'], { release: unreadable }));
    expect([...brief(plan), ...reasons(plan)]).toEqual([]);
    expect(plan.warnings).toEqual([expect.stringContaining('secrets is forbidden')]);
    const moving = planFor(PODS, settledIrsa(['a'], { release: unreadable }));
    expect(moving.blockers[0]?.message).toContain('has to be taken out of its values');
  });
});

test.each<[string | undefined, boolean]>([
  [undefined, false],
  ['1.17.1', false],
  ['v1.17.1', false],
  ['1.18.0', true],
])('chart-version %s: upgrading the Space along with the values is said (%s)', (chartVersion, said) => {
  const { warnings } = planFor(asking({ chartVersion }), withRelease(settledIrsa(), {}));
  expect(warnings.some((warning) => warning.includes('upgrades the Space from 1.17.1'))).toBe(said);
  expect(planFor(asking({ chartVersion }), settledIrsa()).warnings).toEqual([]);
});

test.each([
  ['pending-upgrade', true],
  ['deployed', false],
])(
  'a release that is %s: that it is busy is said (%s), where there is something to change',
  (status, said) => {
    const busy = 'Helm release upbound-system/spaces is busy';
    const { warnings } = planFor(IRSA, withRelease(settledIrsa(), { status }));
    expect(warnings.some((warning) => warning.startsWith(busy))).toBe(said);
    const settled = settledIrsa();
    const values = settled.release.kind === 'found' ? settled.release.release.values : {};
    expect(planFor(IRSA, withRelease(settled, { status, values })).warnings).toEqual([]);
  },
);

test.each([
  [{ selected: false }, true],
  [{ selected: false, deleting: true }, false],
  [{}, false],
])('an annotation for the whole Space while %o exists beside: said (%s)', (overrides, said) => {
  const parts = withRelease(settledIrsa(['a']), {});
  const controlPlanes = [...parts.controlPlanes, controlPlane('b', overrides)];
  const { warnings } = planFor(IRSA, { ...parts, controlPlanes });
  expect(
    warnings.some((warning) => warning.includes('each pod of 1 control plane outside the selection')),
  ).toBe(said);
});
