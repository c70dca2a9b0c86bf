import { describe, expect, test } from '@jest/globals';
import type { CheckName } from '../../src/model/check.ts';
import type { Evidence } from '../../src/model/evidence.ts';
import type { Intent } from '../../src/model/config.ts';
import type { ControlPlane, World } from '../../src/model/world.ts';
import { isVerified, verify } from '../../src/verify/verify.ts';
import { association, controlPlane } from '../support/factories.ts';
import { host, OTHER_ROLE_ARN, ROLE_ARN } from '../support/names.ts';
import { IRSA, PODS, settledIrsa, settledPods } from '../support/settled.ts';
import { deployment, pod } from '../support/workloads.ts';

const NO_EVIDENCE: Evidence = { simulation: { kind: 'unavailable', why: 'not asked' } };

const checks = (wanted: Intent, world: World) => verify(wanted, world, NO_EVIDENCE);

function one(wanted: Intent, world: World, name: CheckName): string {
  const found = checks(wanted, world).find((check) => check.check === name);
  return found === undefined ? 'no such check' : `${found.status}: ${found.detail}`;
}

const withWorkloads = (world: World, workloads: Partial<World['workloads']>): World => ({
  ...world,
  workloads: { ...world.workloads, ...workloads },
});

describe('the annotation', () => {
  test.each([
    [ROLE_ARN, `pass: annotated with ${ROLE_ARN}`],
    [OTHER_ROLE_ARN, `fail: annotated with ${OTHER_ROLE_ARN}, not ${ROLE_ARN}`],
    [undefined, 'fail: the annotation is missing'],
  ])('%s', (roleArn, said) => {
    const serviceAccounts = [{ namespace: host('a'), ...(roleArn !== undefined && { roleArn }) }];
    expect(
      one(IRSA, withWorkloads(settledIrsa(['a']), { serviceAccounts }), 'service-account-annotation'),
    ).toBe(said);
  });
});

describe('the association', () => {
  test.each<[string, World['associations'], string]>([
    ['of ours', [association('a')], `pass: a-a points to ${ROLE_ARN}`],
    ['of anybody', [association('a', { tags: {} })], `pass: a-a points to ${ROLE_ARN}`],
    ['of none', [association('b')], 'fail: there is no association'],
    [
      'to another role',
      [association('a', { roleArn: OTHER_ROLE_ARN })],
      `fail: a-a points to ${OTHER_ROLE_ARN}, not ${ROLE_ARN}`,
    ],
    [
      'with a target role',
      [association('a', { targetRoleArn: OTHER_ROLE_ARN })],
      `fail: a-a gives the pods a target role, ${OTHER_ROLE_ARN}`,
    ],
    [
      'with a session policy',
      [association('a', { hasPolicy: true })],
      'warn: a-a has a session policy that narrows the role',
    ],
  ])('%s', (_what, associations, said) => {
    expect(one(PODS, settledPods(['a'], { associations }), 'association')).toBe(said);
  });
});

describe('the rollout', () => {
  test.each<[World['workloads']['deployments'], string]>([
    [[deployment('a')], 'pass: external-secrets complete'],
    [[deployment('a'), deployment('a', { name: 'two' })], 'pass: external-secrets complete, two complete'],
    [[deployment('a', { replicas: 3, availableReplicas: 2 })], 'fail: external-secrets: 2 of 3 available'],
    [
      [deployment('a', { progressReason: 'ProgressDeadlineExceeded' })],
      'fail: external-secrets exceeded its progress deadline',
    ],
    [
      [deployment('a', { replicas: 0, updatedReplicas: 0, availableReplicas: 0, currentReplicas: 0 })],
      'warn: scaled to zero: nothing runs',
    ],
  ])('%#', (deployments, said) => {
    expect(one(PODS, withWorkloads(settledPods(['a']), { deployments }), 'rollout')).toBe(said);
  });
});

describe('what the pods carry', () => {
  test.each<[string, Partial<World['workloads']>, string]>([
    ['all is right', {}, `pass: 1 pod with ${ROLE_ARN} by IRSA`],
    ['several pods', { pods: [pod('a', 'irsa'), pod('a', 'irsa')] }, `pass: 2 pods with ${ROLE_ARN} by IRSA`],
    [
      'one of them is wrong',
      { pods: [pod('a', 'irsa'), pod('a', 'nothing')] },
      'fail: pod external-secrets-a: nothing was injected: it falls back to the node’s role',
    ],
    ['no pod runs', { pods: [pod('a', 'irsa', { phase: 'Failed' })] }, 'unknown: no pod is running'],
    [
      'none should',
      { pods: [], deployments: [deployment('a', { replicas: 0 })] },
      'warn: scaled to zero: no pod to look at',
    ],
    [
      'one of an older template is still there',
      {
        pods: [
          pod('a', 'nothing'),
          pod('a', 'irsa', { replicaSet: 'external-secrets-2', createdAt: Date.now() }),
        ],
      },
      `pass: 1 pod with ${ROLE_ARN} by IRSA`,
    ],
  ])('%s', (_what, workloads, said) => {
    expect(one(IRSA, withWorkloads(settledIrsa(['a']), workloads), 'pod-identity-injected')).toBe(said);
  });

  test('Pod Identity and nothing else', () => {
    expect(one(PODS, settledPods(['a']), 'pod-identity-injected')).toBe(
      'pass: 1 pod with Pod Identity and nothing else',
    );
  });
});

const names = (wanted: Intent, world: World) => checks(wanted, world).map((check) => check.check);

const unmapped = (): ControlPlane => {
  const { namespace: _none, ...rest } = controlPlane('late', { notReady: 'it has no ID yet' });
  return rest;
};

describe('who is judged', () => {
  const named: ControlPlane = {
    group: '',
    name: 'own',
    namespace: 'own',
    selected: true,
    deleting: false,
    notReady: 'the namespace does not exist',
  };

  test('every selected control plane, by its name and namespace', () => {
    const found = checks(
      IRSA,
      settledIrsa(['a', 'b'], { controlPlanes: [controlPlane('a'), controlPlane('b', { selected: false })] }),
    );
    expect(new Set(found.map((check) => `${check.controlPlane} ${check.namespace}`))).toEqual(
      new Set([`team-a/ctp-a ${host('a')}`]),
    );
  });

  test('nothing is proved of one that can not be looked at yet', () => {
    const found = checks(PODS, settledPods([], { controlPlanes: [unmapped(), named] }));
    expect(
      new Set(found.map((one_) => [one_.controlPlane, one_.namespace, one_.status, one_.detail].join('|'))),
    ).toEqual(
      new Set(['|own|unknown|the namespace does not exist', 'team-a/ctp-late||unknown|it has no ID yet']),
    );
    expect(isVerified(found)).toBe(false);
  });

  test('by what depends on the mechanism', () => {
    expect(names(IRSA, settledIrsa(['a']))).not.toEqual(expect.arrayContaining(['association']));
    expect(names(PODS, settledPods(['a']))).not.toEqual(
      expect.arrayContaining(['service-account-annotation']),
    );
  });
});

test.each<[readonly ('pass' | 'warn' | 'fail' | 'unknown')[], boolean]>([
  [[], true],
  [['pass', 'warn'], true],
  [['pass', 'fail'], false],
  [['pass', 'unknown'], false],
])('%j proves it: %s', (statuses, verified) => {
  const all = statuses.map((status) => ({
    controlPlane: '',
    namespace: '',
    check: 'rollout' as const,
    status,
    detail: '',
  }));
  expect(isVerified(all)).toBe(verified);
});
