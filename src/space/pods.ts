/** What a controller's Deployments and pods tell: which pods are the newest, how far a rollout is, what a pod carries. */
import type { PodSample } from '../model/evidence.ts';
import type { ControllerDeployment, ControllerPod, Host } from '../model/host.ts';
import type { PodExpectation } from '../model/write.ts';

/** Pods on their way out and pods that have ended carry nothing any more. */
export function isLive({ deleting, phase }: ControllerPod): boolean {
  return !deleting && phase !== 'Succeeded' && phase !== 'Failed';
}

/**
 * Of the live pods, those of each Deployment's newest ReplicaSet: of the one that made the youngest pod. Older ones are on
 * their way out; when they stay, the rollout is not complete.
 */
export function newestPods({ pods }: Pick<Host, 'pods'>): readonly ControllerPod[] {
  const byDeployment = Map.groupBy(pods, (pod) => deploymentOf(pod));
  return [...byDeployment.values()].flatMap((group) => {
    const [youngest] = group.toSorted((a, b) => b.createdAt - a.createdAt);
    return group.filter((pod) => pod.replicaSet === youngest?.replicaSet);
  });
}

/** By its labels; where these tell nothing by its ReplicaSet, which is named after its Deployment and a hash of the pod template. */
function deploymentOf({ deployment, replicaSet = '' }: ControllerPod): string {
  return deployment ?? replicaSet.slice(0, Math.max(0, replicaSet.lastIndexOf('-')));
}

/** Whether a pod is one of this Deployment's: others may run under the same service account. */
export function isOf({ name }: Pick<ControllerDeployment, 'name'>, pod: ControllerPod): boolean {
  return deploymentOf(pod) === name;
}

/** Whether a restart of what made it would bring another pod in its place. */
export function isReplaceable(pod: ControllerPod, { deployments }: Pick<Host, 'deployments'>): boolean {
  return deployments.some((deployment) => isRestartable(deployment) && isOf(deployment, pod));
}

/** Neither mechanism has reached the pod: it falls back to the node's role. */
export function carriesNothing(pod: ControllerPod): boolean {
  return pod.irsaRoleArn === undefined && !pod.podIdentity;
}

/** What a pod still has of a role that it should have lost, in words; undefined when nothing. */
export function roleStillCarried(
  pod: ControllerPod,
  { roleArns, othersAssociation }: Extract<PodExpectation, { readonly kind: 'without-role' }>,
): string | undefined {
  if (pod.irsaRoleArn !== undefined && roleArns.includes(pod.irsaRoleArn))
    return `it still carries ${pod.irsaRoleArn} by IRSA`;
  return pod.podIdentity && !othersAssociation ? 'it still carries Pod Identity' : undefined;
}

/**
 * Whether nothing in a control plane depends on what its controller's pods carry: with `auth.jwt` External Secrets reads the
 * role from the service account and takes a token itself, webhook and restart aside (its AWS provider). Without any store
 * the pods count: whoever adds one later expects them to have the identity.
 */
export function livesWithoutInjection({
  stores,
  possibleStores,
}: Pick<Host, 'stores' | 'possibleStores'>): boolean {
  return stores.length > 0 && [...stores, ...possibleStores].every((store) => store.auth === 'jwt');
}

/** A pod as this Deployment would make it, as far as injection goes. */
export function samplePod(
  namespace: string,
  serviceAccount: string,
  deployment: ControllerDeployment | undefined,
): PodSample {
  return { namespace, serviceAccount, labels: deployment?.podLabels ?? {} };
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

/** What Kubernetes says to the new pods of a rollout that it lets none in of; undefined when they come. */
export function refusalOf(deployment: ControllerDeployment): string | undefined {
  const { refused, generation, observedGeneration } = deployment;
  return observedGeneration >= generation && rolloutState(deployment) !== 'complete' ? refused : undefined;
}

/** What pods wait for, as the end of a sentence: `; pod NAME: ImagePullBackOff`. Empty when they wait for nothing. */
export function whatTheyWaitFor(pods: readonly ControllerPod[]): string {
  const stuck = pods.filter((pod) => isLive(pod) && pod.waiting !== undefined);
  return stuck.map(({ name, waiting }) => `; pod ${name}: ${waiting}`).join('');
}
