import { describe, expect, test } from '@jest/globals';
import type { Intent, ReleaseIntent } from '../../src/model/config.ts';
import type { World } from '../../src/model/world.ts';
import { planRemoval, planTowards } from '../../src/plan/plan.ts';
import { helmValues } from '../../src/resources/helm-values.ts';
import { association, controlPlane, intent, release, releaseIntent } from '../support/factories.ts';
import { host, OTHER_ROLE_ARN, ROLE_ARN } from '../support/names.ts';
import { brief, reasons } from '../support/plans.ts';
import { spaceOf, workshopOf } from '../support/workshop.ts';
import { annotating, IRSA, PODS, settledIrsa, settledPods } from '../support/settled.ts';

const withRelease = (world: World, overrides: Parameters<typeof release>[0]): World => ({
  ...world,
  release: { kind: 'found', release: release(overrides) },
});
const wanting = (overrides: Partial<ReleaseIntent>, more: Partial<Intent> = {}): Intent =>
  intent({ release: releaseIntent(overrides), ...more });
const helm = (wanted: Intent, world: World): readonly string[] => {
  const plan = planTowards(wanted, world);
  return [...brief(plan).filter((one) => one.includes('helm/')), ...reasons(plan)];
};
const off = { features: { alpha: { sharedSecrets: { enabled: false } } } };

describe('what the values lack', () => {
  test.each<[string, Intent, World, readonly string[]]>([
    ['the annotation', IRSA, withRelease(settledIrsa(), {}), ['create helm/annotation']],
    [
      'the right annotation',
      IRSA,
      settledIrsa(['a'], { release: annotating(OTHER_ROLE_ARN) }),
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
      wanting({ podLabels: { a: 'b', c: 'd' } }),
      settledIrsa(),
      ['create helm/pod-labels', 'create helm/pod-labels'],
    ],
    ['nothing', IRSA, settledIrsa(), []],
    [
      'nothing that this action sets',
      wanting({ annotate: 'none' }),
      withRelease(settledIrsa(), { values: {} }),
      [],
    ],
  ])('%s', (_what, wanted, world, expected) => {
    expect(helm(wanted, world)).toEqual(expected);
  });

  test('pod labels are compared one by one', () => {
    const values = {
      ...release().values,
      controlPlanes: { sharedSecrets: { pod: { customLabels: { a: 'b', c: 'x', z: 'y' } } } },
    };
    const wanted = wanting({ podLabels: { a: 'b', c: 'd' } }, { identity: 'pod-identity' });
    expect(helm(wanted, withRelease(settledPods(), { values }))).toEqual(['update helm/pod-labels']);
  });

  test('the target can be looked up with helm as it stands', () => {
    const [change] = planTowards(IRSA, withRelease(settledIrsa(), {})).changes;
    expect(change?.target).toBe(
      String.raw`upbound-system/spaces controlPlanes.sharedSecrets.serviceAccount.customAnnotations.eks\.amazonaws\.com/role-arn`,
    );
  });
});

const there = (overrides: Partial<World> = {}): World =>
  settledPods(['a', 'b'], { release: annotating(ROLE_ARN), ...overrides });

describe('Pod Identity wanted, and the values still annotate', () => {
  const annotated = { serviceAccounts: ['a', 'b'].map((id) => ({ namespace: host(id), roleArn: ROLE_ARN })) };
  const some = [controlPlane('a'), controlPlane('b', { selected: false })];

  test('the annotation is taken out', () => {
    expect(helm(PODS, there())).toEqual(['delete helm/annotation']);
  });

  test('it stays where control planes that are not selected need it, and nobody waits for it to go', () => {
    const base = there({ controlPlanes: some, associations: [association('a')] });
    const plan = planTowards(PODS, { ...base, workloads: { ...base.workloads, ...annotated } });
    expect(brief(plan)).toEqual([]);
    expect(plan.warnings).toEqual([
      expect.stringContaining(`1 control planes that are not selected need it (${host('b')})`),
    ]);
  });

  test('many that need it are counted, and a few named', () => {
    const ids = ['b', 'c', 'd', 'e', 'f'];
    const others = ids.map((id) => controlPlane(id, { selected: false }));
    const serviceAccounts = ids.map((id) => ({ namespace: host(id), roleArn: ROLE_ARN }));
    const base = there({ controlPlanes: [controlPlane('a'), ...others], associations: [association('a')] });
    const [warning] = planTowards(PODS, {
      ...base,
      workloads: { ...base.workloads, serviceAccounts },
    }).warnings;
    expect(warning).toContain(
      `5 control planes that are not selected need it (${['b', 'c', 'd'].map(host).join(', ')}, …)`,
    );
  });

  test('someone else’s values are only talked about', () => {
    const base = there();
    const none = wanting({ annotate: 'none' }, { identity: 'pod-identity' });
    const plan = planTowards(none, { ...base, workloads: { ...base.workloads, ...annotated } });
    expect([...brief(plan), ...reasons(plan)]).toEqual([]);
    expect(plan.warnings).toEqual([expect.stringContaining('2 service accounts still carry')]);
  });
});

const managed = (manager: 'argo-cd' | 'flux'): World => ({
  ...withRelease(settledIrsa(), {}),
  space: { manager, managerEvidence: 'the label x' },
});

describe('who may upgrade the release', () => {
  test.each(['argo-cd', 'flux'] as const)('not this action, where %s does', (manager) => {
    expect(helm(IRSA, managed(manager))).toEqual(['create helm/annotation', 'gitops-managed']);
    expect(planTowards(IRSA, managed(manager)).blockers[0]?.message).toContain('(the label x)');
    expect(helm(wanting({ annotate: 'none' }), managed(manager))).toEqual([]);
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
    const [blocker] = planTowards(IRSA, { ...absent, space: managed('argo-cd').space }).blockers;
    expect(blocker?.message).toContain(
      'there is no Helm release upbound-system/spaces, and yet Spaces runs here (the label x)',
    );
  });
});

describe('a release that may not be read', () => {
  const unreadable = { kind: 'unreadable', why: 'secrets is forbidden' } as const;

  test('IRSA is set up through it', () => {
    expect(helm(IRSA, settledIrsa(['a'], { release: unreadable }))).toEqual(['access-denied']);
  });

  test('Pod Identity does without, unless an annotation has to go', () => {
    const plan = planTowards(PODS, settledPods(['a'], { release: unreadable }));
    expect([...brief(plan), ...reasons(plan)]).toEqual([]);
    expect(plan.warnings).toEqual([expect.stringContaining('secrets is forbidden')]);
    const moving = planTowards(PODS, settledIrsa(['a'], { release: unreadable }));
    expect(moving.blockers[0]?.message).toContain('has to be taken out of its values');
  });
});

test.each<[string | undefined, boolean]>([
  [undefined, false],
  ['1.17.1', false],
  ['v1.17.1', false],
  ['1.18.0', true],
])('chart-version %s: upgrading the Space along with the values is said (%s)', (chartVersion, said) => {
  const { warnings } = planTowards(wanting({ chartVersion }), withRelease(settledIrsa(), {}));
  expect(warnings.some((one) => one.includes('upgrades the Space from 1.17.1'))).toBe(said);
  expect(planTowards(wanting({ chartVersion }), settledIrsa()).warnings).toEqual([]);
});

test.each([
  ['pending-upgrade', true],
  ['deployed', false],
])(
  'a release that is %s: that it is busy is said (%s), where there is something to change',
  (status, said) => {
    const busy = 'Helm release upbound-system/spaces is busy';
    const { warnings } = planTowards(IRSA, withRelease(settledIrsa(), { status }));
    expect(warnings.some((one) => one.startsWith(busy))).toBe(said);
    const settled = settledIrsa();
    const values = settled.release.kind === 'found' ? settled.release.release.values : {};
    expect(planTowards(IRSA, withRelease(settled, { status, values })).warnings).toEqual([]);
  },
);

test.each([
  [{ selected: false }, true],
  [{ selected: false, deleting: true }, false],
  [{}, false],
])('an annotation for the whole Space while %o is there beside: said (%s)', (overrides, said) => {
  const world = withRelease(settledIrsa(['a']), {});
  const beside = controlPlane('b', overrides);
  const { warnings } = planTowards(IRSA, { ...world, controlPlanes: [...world.controlPlanes, beside] });
  expect(warnings.some((one) => one.includes('1 control planes that are not selected'))).toBe(said);
});

const taken = (wanted: Intent, world: World): readonly string[] => {
  const plan = planRemoval(wanted, world);
  return [...brief(plan).filter((one) => one.includes('helm/')), ...reasons(plan)];
};

describe('a removal', () => {
  test.each<[string, Intent, World, readonly string[]]>([
    ['takes our role out', IRSA, settledIrsa(), ['delete helm/annotation']],
    ['also after Pod Identity', PODS, settledIrsa(), ['delete helm/annotation']],
    ['leaves another role', IRSA, settledIrsa(['a'], { release: annotating(OTHER_ROLE_ARN) }), []],
    ['leaves the values to whoever sets them', wanting({ annotate: 'none' }), settledIrsa(), []],
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
      settledIrsa(['a'], { release: { kind: 'unreadable', why: 'no' } }),
      ['access-denied'],
    ],
    [
      'needs no values where nobody carries the role',
      PODS,
      settledPods(['a'], { release: { kind: 'absent' } }),
      [],
    ],
  ])('%s', (_what, wanted, world, expected) => {
    expect(taken(wanted, world)).toEqual(expected);
  });
});

test('values are never written without a release, whatever was planned', async () => {
  const space = spaceOf({ a: 'nothing' });
  const workshop = await workshopOf(space);
  const changes = planTowards(IRSA, workshop.world).changes.filter((one) => one.resource === 'helm-values');
  const absent = { ...workshop, world: { ...workshop.world, release: { kind: 'absent' as const } } };
  const outcomes = await helmValues.apply(changes, absent);
  expect(outcomes.map((one) => [one.status, one.failure?.reason])).toEqual([['failed', 'internal']]);
  expect(space.writes).toEqual([]);
});
