/** What is said of each change beside its reason: reports, code scanning and the verdict go by its address, severity and drift. */
import { expect, test } from '@jest/globals';
import type { Plan } from '../../src/model/change.ts';
import type { Intent } from '../../src/model/config.ts';
import {
  association,
  controlPlane,
  intent,
  ownedRole,
  release,
  releaseIntent,
  role,
  type WorldParts,
} from '../support/factories.ts';
import {
  CLUSTER_ARN,
  host,
  OTHER_ROLE_ARN,
  PROVIDER_ARN,
  ROLE_ARN,
  SERVICE_ACCOUNT,
} from '../support/names.ts';
import { planFor, removalFor } from '../support/plans.ts';
import { annotating, IRSA, PODS, settledIrsa, settledPods } from '../support/settled.ts';
import { running } from '../support/workloads.ts';

const BOUNDARY = 'arn:aws:iam::111122223333:policy/boundary';
const A = host('a');
const ANNOTATION = String.raw`controlPlanes.sharedSecrets.serviceAccount.customAnnotations.eks\.amazonaws\.com/role-arn`;
const untouched = (overrides: Partial<WorldParts>): WorldParts => running({ a: 'nothing' }, overrides);

/** Its blockers, too: each names what it is about. */
function shown({ changes, blockers }: Plan): readonly string[] {
  return [
    ...changes.map(
      ({ action, address, severity, drift, target }) =>
        `${action} ${address} [${severity}${drift ? ', drift' : ''}] ${target}`,
    ),
    ...blockers.map(({ reason, target }) => `${reason}: ${target}`),
  ];
}

test('IRSA, where nothing is there yet', () => {
  const asked = intent({ release: releaseIntent({ podLabels: { team: 'a' } }) });
  const parts = untouched({ release: { kind: 'found', release: release({ values: {} }) } });
  expect(shown(planFor(asked, parts))).toEqual([
    `create oidc-provider [security, drift] ${PROVIDER_ARN}`,
    `create role [security, drift] ${ROLE_ARN}`,
    `create role/access-policy [security, drift] ${ROLE_ARN}`,
    `create helm/annotation [security, drift] upbound-system/spaces ${ANNOTATION}`,
    'create helm/shared-secrets [availability, drift] upbound-system/spaces features.alpha.sharedSecrets.enabled',
    'create helm/pod-labels/team [availability, drift] upbound-system/spaces controlPlanes.sharedSecrets.pod.customLabels.team',
    `wait annotation/${A} [availability, drift] ${A}/${SERVICE_ACCOUNT} eks.amazonaws.com/role-arn`,
    `restart restart/${A}/external-secrets [availability, drift] ${A}/external-secrets`,
  ]);
});

test('Pod Identity, where nothing is there yet', () => {
  expect(shown(planFor(PODS, untouched({ agent: { provider: 'none', issues: [] } })))).toEqual([
    `create role [security, drift] ${ROLE_ARN}`,
    `create role/access-policy [security, drift] ${ROLE_ARN}`,
    `create agent [availability, drift] ${CLUSTER_ARN} add-on eks-pod-identity-agent`,
    `create association/${A} [security, drift] ${A}/${SERVICE_ACCOUNT}`,
    `restart restart/${A}/external-secrets [availability, drift] ${A}/external-secrets`,
  ]);
});

test('a move from Pod Identity to IRSA', () => {
  expect(shown(planFor(IRSA, settledPods(['a']))).slice(1, -1)).toEqual([
    `update role/trust-policy/bridge [security, drift] ${ROLE_ARN}`,
    `update role/trust-policy [security, drift] ${ROLE_ARN}`,
    `delete association/${A} [security, drift] ${A}/${SERVICE_ACCOUNT} (a-a)`,
    `create helm/annotation [security, drift] upbound-system/spaces ${ANNOTATION}`,
    `wait annotation/${A} [availability, drift] ${A}/${SERVICE_ACCOUNT} eks.amazonaws.com/role-arn`,
  ]);
});

test('a removal', () => {
  expect(shown(removalFor(IRSA, settledIrsa(['a'])))).toEqual([
    `delete oidc-provider [security, drift] ${PROVIDER_ARN}`,
    `delete role [security, drift] ${ROLE_ARN}`,
    `delete helm/annotation [security, drift] upbound-system/spaces ${ANNOTATION}`,
    `wait annotation/${A} [availability, drift] ${A}/${SERVICE_ACCOUNT} eks.amazonaws.com/role-arn`,
    `restart restart/${A}/external-secrets [availability, drift] ${A}/external-secrets`,
  ]);
});

const strangers = { associations: [association('a', { tags: {} })], role: role({ tags: {} }) };
/** Nothing is written to a role of someone, whatever is asked for. */
const bounded = (asked: Intent): Intent => ({ ...asked, role: ownedRole({ permissionsBoundary: BOUNDARY }) });
const narrowed = { associations: [association('a', { hasPolicy: true, disableSessionTags: true })] };
const altered = role({
  inlinePolicies: { theirs: { Statement: [] } },
  attachedPolicies: ['arn:aws:iam::aws:policy/more'],
});

test.each<[string, () => Plan, readonly string[]]>([
  [
    'an association of someone that works, and a role without the mark',
    () => planFor(bounded(PODS), settledPods(['a'], strangers)),
    [
      `foreign role [security] ${ROLE_ARN}`,
      `foreign association/${A} [security] ${A}/${SERVICE_ACCOUNT} (a-a)`,
      `not-owned: ${ROLE_ARN}`,
    ],
  ],
  [
    'the same at a removal',
    () => removalFor(PODS, settledPods(['a'], strangers)),
    [
      `foreign role [hygiene] ${ROLE_ARN}`,
      `foreign association/${A} [hygiene] ${A}/${SERVICE_ACCOUNT} (a-a)`,
    ],
  ],
  [
    'an association narrowed by someone',
    () => planFor(PODS, settledPods(['a'], narrowed)),
    [
      `foreign association/${A}/session-policy [security, drift] ${A}/${SERVICE_ACCOUNT} (a-a)`,
      `not-owned: ${A}/${SERVICE_ACCOUNT} (a-a)`,
    ],
  ],
  [
    'the annotation of someone',
    () => planFor(IRSA, settledIrsa(['a'], { release: annotating(OTHER_ROLE_ARN) })),
    [
      `foreign helm/annotation [security] upbound-system/spaces ${ANNOTATION}`,
      `not-owned: upbound-system/spaces ${ANNOTATION}`,
    ],
  ],
  [
    'an altered role',
    () =>
      planFor(
        intent({ tags: { team: 'a' }, role: ownedRole({ permissionsBoundary: BOUNDARY }) }),
        settledIrsa(['a'], { role: altered }),
      ),
    [
      `foreign role/foreign-policy/theirs ${ROLE_ARN} [security, drift] ${ROLE_ARN}`,
      'foreign role/foreign-policy/more arn:aws:iam::aws:policy/more [security, drift] arn:aws:iam::aws:policy/more',
      `update role/tags [hygiene, drift] ${ROLE_ARN}`,
      `create role/permissions-boundary [security, drift] ${ROLE_ARN}`,
      `update role/trust-policy [security, drift] ${ROLE_ARN}`,
      `create role/access-policy [security, drift] ${ROLE_ARN}`,
    ],
  ],
  [
    'a provider that lacks the audience',
    () => planFor(IRSA, settledIrsa(['a'], { provider: { arn: PROVIDER_ARN, audiences: ['x'], tags: {} } })),
    [`update oidc-provider/audience [availability, drift] ${PROVIDER_ARN}`],
  ],
  [
    'a control plane that is not ready yet',
    () =>
      planFor(IRSA, settledIrsa(['a'], { controlPlanes: [controlPlane('a', { notReady: 'no ID yet' })] })),
    ['wait control-plane/team-a/ctp-a [availability] team-a/ctp-a'],
  ],
  [
    'one that is not selected and keeps its association',
    () => planFor(PODS, settledPods(['a'], { controlPlanes: [controlPlane('a', { selected: false })] })),
    [`keep association/${A} [hygiene] ${A}/${SERVICE_ACCOUNT} (a-a)`],
  ],
])('%s', (_what, plan, expected) => {
  expect(shown(plan())).toEqual(expected);
});
