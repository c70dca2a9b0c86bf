/** What a running controller pod carries, and whether that is what it should carry. */
import type { Expectation } from '../model/change.ts';
import type { ControllerDeployment, ControllerPod, Workloads } from '../model/world.ts';
import { STS_AUDIENCE } from '../policy/trust.ts';
import { podsIn } from './lookup.ts';

/** The audience of the token that EKS mounts for Pod Identity (EKS user guide). */
export const POD_IDENTITY_AUDIENCE = 'pods.eks.amazonaws.com';

/** The pods that count: those on their way out and those that have ended carry nothing any more. */
export function livePods(workloads: Workloads, namespace: string): readonly ControllerPod[] {
  return podsIn(workloads.pods, namespace).filter(isLive);
}

export function isLive({ deleting, phase }: ControllerPod): boolean {
  return !deleting && phase !== 'Succeeded' && phase !== 'Failed';
}

/**
 * Of the live pods, those of each Deployment's newest ReplicaSet: of the one that made the youngest pod. Older ones are on
 * their way out; when they stay, the rollout is not complete.
 */
export function newestPods(workloads: Workloads, namespace: string): readonly ControllerPod[] {
  const pods = livePods(workloads, namespace);
  const byDeployment = Map.groupBy(pods, (pod) => deploymentOf(pod));
  return [...byDeployment.values()].flatMap((group) => {
    const [youngest] = group.toSorted((a, b) => b.createdAt - a.createdAt);
    return group.filter((pod) => pod.replicaSet === youngest?.replicaSet);
  });
}

/** A ReplicaSet is named after its Deployment and a hash of the pod template. */
function deploymentOf({ replicaSet = '' }: ControllerPod): string {
  return replicaSet.slice(0, Math.max(0, replicaSet.lastIndexOf('-')));
}

/** What is wrong with a pod's identity, in words; undefined when it carries exactly what is expected. */
export function identityProblem(pod: ControllerPod, expect: Expectation): string | undefined {
  switch (expect.identity) {
    case 'irsa':
      return irsaProblem(pod, expect.roleArn);
    case 'pod-identity':
      return podIdentityProblem(pod);
    case 'none':
      if (pod.irsaRoleArn === expect.roleArn) return `it still carries ${pod.irsaRoleArn} by IRSA`;
      return pod.podIdentity && !expect.othersAssociation ? 'it still carries Pod Identity' : undefined;
  }
}

/** Neither mechanism has reached the pod: it falls back to the node's role. */
export function carriesNothing(pod: ControllerPod): boolean {
  return pod.irsaRoleArn === undefined && !pod.podIdentity;
}

function irsaProblem(pod: ControllerPod, roleArn: string): string | undefined {
  if (pod.podIdentity) return 'it carries Pod Identity, not IRSA';
  if (pod.irsaRoleArn === undefined) return 'nothing was injected: it falls back to the node’s role';
  if (pod.irsaRoleArn !== roleArn) return `it carries another role, ${pod.irsaRoleArn}`;
  if (pod.irsaAudience !== STS_AUDIENCE)
    return `its token is for ${pod.irsaAudience ?? 'no audience'}, not ${STS_AUDIENCE}`;
  return undefined;
}

function podIdentityProblem(pod: ControllerPod): string | undefined {
  if (!pod.podIdentity) {
    return pod.irsaRoleArn === undefined
      ? 'nothing was injected: it falls back to the node’s role'
      : 'it carries IRSA, not Pod Identity';
  }
  if (pod.irsaRoleArn !== undefined) return 'it carries IRSA beside Pod Identity, and the SDK prefers IRSA';
  if (pod.podIdentityAudience !== POD_IDENTITY_AUDIENCE) {
    return `its token is for ${pod.podIdentityAudience ?? 'no audience'}, not ${POD_IDENTITY_AUDIENCE}`;
  }
  return undefined;
}

/** Whether `kubectl rollout restart` would give this Deployment new pods: it refuses a paused one. */
export function isRestartable(deployment: ControllerDeployment): boolean {
  return !deployment.paused && deployment.replicas > 0;
}

export type RolloutState = 'complete' | 'progressing' | 'stuck';

/** As `kubectl rollout status` judges: all replicas new, available, and the old ones gone. */
export function rolloutState(deployment: ControllerDeployment): RolloutState {
  const { replicas, generation, observedGeneration, updatedReplicas, availableReplicas, currentReplicas } =
    deployment;
  if (observedGeneration >= generation) {
    if (deployment.progressReason === 'ProgressDeadlineExceeded') return 'stuck';
    if (updatedReplicas === replicas && availableReplicas === replicas && currentReplicas === replicas)
      return 'complete';
  }
  return 'progressing';
}

/** Whether new pods are on their way; a paused Deployment stands still, whatever its numbers say. */
export function isRollingOut(deployment: ControllerDeployment): boolean {
  return !deployment.paused && rolloutState(deployment) === 'progressing';
}
