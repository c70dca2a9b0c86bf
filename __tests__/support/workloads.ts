/** Control planes with their running controllers, in any state of identity. */
import type { ControllerDeployment, ControllerPod } from '../../src/model/host.ts';
import { controlPlane, world, type WorldParts } from './factories.ts';
import { host, ROLE_ARN, START } from './names.ts';

/** What a pod may carry. */
export type Carried = 'nothing' | 'irsa' | 'other-irsa' | 'pod-identity' | 'both';

const IRSA = { irsaRoleArn: ROLE_ARN, irsaAudience: 'sts.amazonaws.com' } as const;
const BY_POD_IDENTITY = { podIdentity: true, podIdentityAudience: 'pods.eks.amazonaws.com' } as const;

export function carrying(what: Carried): Partial<ControllerPod> {
  switch (what) {
    case 'nothing':
      return {};
    case 'irsa':
      return IRSA;
    case 'other-irsa':
      return { ...IRSA, irsaRoleArn: 'arn:aws:iam::111122223333:role/made-by-hand' };
    case 'pod-identity':
      return BY_POD_IDENTITY;
    case 'both':
      return { ...IRSA, ...BY_POD_IDENTITY };
  }
}

export function pod(id: string, carried: Carried, overrides: Partial<ControllerPod> = {}): ControllerPod {
  return {
    namespace: host(id),
    name: `external-secrets-${id}`,
    uid: `uid-${id}`,
    phase: 'Running',
    ready: true,
    deleting: false,
    createdAt: START,
    replicaSet: 'external-secrets-1',
    podIdentity: false,
    otherSources: [],
    unreadSources: [],
    ...carrying(carried),
    ...overrides,
  };
}

export function deployment(id: string, overrides: Partial<ControllerDeployment> = {}): ControllerDeployment {
  return {
    namespace: host(id),
    name: 'external-secrets',
    replicas: 1,
    generation: 1,
    observedGeneration: 1,
    updatedReplicas: 1,
    availableReplicas: 1,
    currentReplicas: 1,
    paused: false,
    podLabels: {},
    ...overrides,
  };
}

/** A world of running control planes by id, each with one pod that carries what is named. */
export function running(
  pods: Readonly<Record<string, Carried>>,
  overrides: Partial<WorldParts> = {},
): WorldParts {
  const ids = Object.keys(pods);
  return world({
    controlPlanes: ids.map((id) => controlPlane(id)),
    namespaces: ids.map((id) => ({ name: host(id) })),
    workloads: {
      serviceAccounts: ids.map((id) => ({ namespace: host(id) })),
      deployments: ids.map((id) => deployment(id)),
      pods: Object.entries(pods).map(([id, carried]) => pod(id, carried)),
    },
    ...overrides,
  });
}
