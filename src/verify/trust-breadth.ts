/** Who else gets the role by its trust policy: asked of the policy with requests that AWS could make, and read from its principals. */
import type { Desired } from '../model/desired.ts';
import { hostNamespaceName, isHostNamespaceName } from '../model/host-namespace.ts';
import { entitlementOf } from '../desired/entitlement.ts';
import type { Host } from '../model/host.ts';
import type { Mechanism } from '../model/mechanism.ts';
import type { NamedWorkload, TrustAnswer, TrustRequest } from '../model/trust.ts';
import type { Role, World } from '../model/world.ts';
import { UNRELATED_NAME } from '../policy/arn.ts';
import { namedPrincipals } from '../policy/trust-others.ts';

const UNRELATED_HOST_NAMESPACE = hostNamespaceName('00000000-0000-4000-8000-000000000000');
const ANY_NAMESPACE = 'any namespace';
export const HOST_NAMESPACES = 'any host namespace';

/** Whether a principal that is not the workload is admitted too. */
export interface Breadth {
  readonly who: string;
  readonly answer: Pick<TrustAnswer, 'kind' | 'unknowns'>;
  /** The inputs ask for it, or it can't be otherwise, or it is for those to decide who made the role: told, not failed. */
  readonly accepted: boolean;
}

/** The workload's own request by a mechanism. */
export function requestOf(
  { namespace, association }: Host,
  mechanism: Mechanism,
  { intent }: Desired,
  target: World['target'],
): TrustRequest {
  return {
    target,
    namespace,
    serviceAccount: intent.serviceAccount,
    audience: mechanism.audience,
    clusterArn: target.clusterArn,
    sessionTags: association?.disableSessionTags !== true,
  };
}

/** Principals other than the workload that may use the role by the desired mechanism. */
export function unrelated(role: Role, host: Host, desired: Desired, world: World): readonly Breadth[] {
  return askUnrelated(desired.mechanism, role, host, desired, world);
}

/** Principals of the other mechanism, and any other that is named, who may or might use the role. */
export function otherPrincipals(role: Role, host: Host, desired: Desired, world: World): readonly Breadth[] {
  const { otherMechanism } = desired;
  const byOther = [
    ...askUnrelated(otherMechanism, role, host, desired, world)
      // What this role's own inputs ask for is no news; a role made elsewhere is told in full.
      .filter(({ accepted }) => !accepted || desired.intent.role.kind === 'referenced'),
    ...askNamed(otherMechanism, role, host, desired, world),
  ]
    .filter(({ answer }) => answer.kind !== 'refused')
    .map(({ who }) => ({ who: `${who} by ${otherMechanism.name}`, answer: ADMITTED, accepted: true }));
  const named = namedPrincipals(role.trustPolicy, world.target).map(({ who, kind, unknowns }): Breadth => {
    const answer = kind === 'unknown' ? ({ kind, unknowns } as const) : ADMITTED;
    return { who, answer, accepted: kind === 'some' };
  });
  return [...named, ...askNamed(desired.mechanism, role, host, desired, world), ...byOther];
}

const ADMITTED = { kind: 'admitted', unknowns: [] } as const;

/** The role's own inputs may ask for a wide trust; of a role made elsewhere, its makers decide whom it trusts. */
function askUnrelated(
  mechanism: Mechanism,
  role: Role,
  host: Host,
  desired: Desired,
  { iam, target }: World,
): readonly Breadth[] {
  const { intent } = desired;
  const isReferenced = intent.role.kind === 'referenced';
  const scope = intent.role.kind === 'owned' ? intent.role.trustScope : 'any-namespace';
  const workload = requestOf(host, mechanism, desired, target);
  // Without them the trust policy can't tell workloads apart: the association alone decides.
  const isUntold = !mechanism.tellsNamespace(workload);
  const put = (who: string, changed: Partial<TrustRequest>, accepted: boolean): Breadth => ({
    who,
    answer: mechanism.admits(role.trustPolicy, { ...workload, ...changed }),
    accepted: accepted || isReferenced,
  });
  return [
    put(ANY_NAMESPACE, { namespace: UNRELATED_NAME }, scope === 'any-namespace' || isUntold),
    put(HOST_NAMESPACES, { namespace: UNRELATED_HOST_NAMESPACE }, scope !== 'exact' || isUntold),
    put('another service account', { serviceAccount: UNRELATED_NAME }, isUntold),
    ...mechanism
      .unrelatedOrigins(UNRELATED_NAME, workload, iam.provider)
      .map(({ who, request }) => put(who, request, false)),
  ];
}

/**
 * Workloads of the cluster that the policy names, none of them a control plane's: the requests above, of names that nothing has, do not
 * meet them. Told, as all whom a policy names.
 */
function askNamed(
  mechanism: Mechanism,
  role: Role,
  host: Host,
  desired: Desired,
  world: World,
): readonly Breadth[] {
  const { intent } = desired;
  const workload = requestOf(host, mechanism, desired, world.target);
  const admits = (changed: Partial<TrustRequest>) =>
    mechanism.admits(role.trustPolicy, { ...workload, ...changed });
  const isTold = (changed: Partial<TrustRequest>): boolean => admits(changed).kind !== 'refused';
  const isKnown = ({ namespace, serviceAccount }: NamedWorkload): boolean => {
    if (serviceAccount !== intent.serviceAccount) return isTold({ serviceAccount: UNRELATED_NAME });
    if (isTold({ namespace: UNRELATED_NAME })) return true;
    return isHostNamespaceName(namespace) && isTold({ namespace: UNRELATED_HOST_NAMESPACE });
  };
  return mechanism
    .namedIn(role.trustPolicy, workload)
    .filter((named) => !isOfControlPlane(named, desired, world) && !isKnown(named))
    .map(({ text, namespace, serviceAccount }): Breadth => ({
      who: text,
      answer: admits({ namespace, serviceAccount }),
      accepted: true,
    }))
    .filter(({ answer }) => answer.kind !== 'refused');
}

/** The workload of a control plane, be it one that is gone: plans tell of its subject. */
function isOfControlPlane(
  { namespace, serviceAccount }: NamedWorkload,
  desired: Desired,
  world: World,
): boolean {
  if (serviceAccount !== desired.intent.serviceAccount) return false;
  const host = world.hosts.find((one) => one.namespace === namespace);
  if (host === undefined) return false;
  return host.isHostNamespace || entitlementOf(host, desired, world).kind !== 'loses';
}

/** Who admits any namespace admits the host namespaces too. */
export function namesOf(breadth: readonly Breadth[]): string {
  const all = breadth.map(({ who }) => who);
  return (all.includes(ANY_NAMESPACE) ? all.filter((who) => who !== HOST_NAMESPACES) : all).join(', ');
}
