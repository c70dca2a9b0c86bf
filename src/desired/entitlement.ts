/** Who may lose what: the one place that decides what a run may take from a host that it does not serve. */
import type { ControllerPod, Host } from '../model/host.ts';
import type { Desired } from '../model/desired.ts';
import type { World } from '../model/world.ts';

/** The `why` is a clause for people. */
export type Entitlement =
  /** This run gives it the identity, and may move it from one mechanism to the other. */
  | { readonly kind: 'served' }
  /** Whatever it has stays as it is. */
  | { readonly kind: 'keeps'; readonly why: string }
  /** Whatever it has goes. */
  | { readonly kind: 'loses'; readonly why: string };

/**
 * What may be taken from a host, by everything but `destroy`. A host loses its identity only when its control plane is gone:
 * none maps to its namespace, and that namespace does not exist, is being deleted, or runs no pod that carries the role.
 */
export function entitlementOf(host: Host, { intent }: Desired, world: World): Entitlement {
  const { state } = host;
  if (state.kind === 'served' || state.kind === 'not-ready') return { kind: 'served' };
  const pod = liveCarrier(host, world);
  if (pod !== undefined)
    return { kind: 'keeps', why: state.kind === 'gone' ? stillCarried(state.why, pod) : state.why };
  const doubt = whyNothingIsGone(world);
  if (doubt !== undefined) return { kind: 'keeps', why: doubt };
  // Nobody's controller: that is how a trust policy widened by hand shows, whatever this run selects.
  if (!isOfAController(host)) return { kind: 'loses', why: "it never was a control plane's namespace" };
  if (state.kind !== 'gone') return { kind: 'keeps', why: state.why };
  return intent.prune
    ? { kind: 'loses', why: state.why }
    : { kind: 'keeps', why: `${state.why}, and \`prune\` is false` };
}

const stillCarried = (why: string, { name }: ControllerPod): string =>
  `${why}, but pod ${name} there still carries the role`;

/** Why what is missing in the cluster's answers is no proof that it is gone, in words. */
function whyNothingIsGone({ listsControlPlanes, sameCluster }: World): string | undefined {
  if (sameCluster.kind !== 'same') return 'the cluster of the kubeconfig may be another one';
  return listsControlPlanes ? undefined : 'the Space lists no control plane at all';
}

/** A control plane's namespace, or at least one where a controller of that service account is, or was given an association. */
function isOfAController({ isHostNamespace, state, deployments, association }: Host): boolean {
  if (isHostNamespace || association !== undefined) return true;
  return state.kind !== 'gone' && deployments.length > 0;
}

/**
 * A live pod that gets the role from what this action writes, by whichever mechanism. With Pod Identity the association, not
 * the pod, names the role, and may just have been deleted: so every injected pod counts. (The AWS SDK looks for IRSA first.)
 * In a namespace that is being deleted all pods are on their way out.
 */
export function liveCarrier({ pods, namespaceState }: Host, { target }: World): ControllerPod | undefined {
  if (namespaceState !== 'active') return undefined;
  return pods.find(({ irsaRoleArn, podIdentity }) =>
    irsaRoleArn === undefined ? podIdentity : irsaRoleArn === target.roleArn,
  );
}

/**
 * Hosts that keep an identity which rests on the Space-wide annotation: it has to stay for them. Where there is an association,
 * it wins, and the annotation is not missed.
 */
export function needAnnotation(desired: Desired, world: World): readonly Host[] {
  return world.hosts.filter(
    (host) =>
      host.serviceAccount?.roleArn !== undefined &&
      host.association === undefined &&
      entitlementOf(host, desired, world).kind === 'keeps',
  );
}
