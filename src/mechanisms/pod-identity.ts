/** EKS Pod Identity: an association per namespace, an agent on the nodes, a token bound to the pod. */
import type { Desired } from '../model/desired.ts';
import type { ControllerPod, Host } from '../model/host.ts';
import type { Mechanism } from '../model/mechanism.ts';
import type { Assumed } from '../model/proof-ports.ts';
import type { Target } from '../model/target.ts';
import type { TrustRequest } from '../model/trust.ts';
import type { Association, World } from '../model/world.ts';
import { issuerPath } from '../policy/arn.ts';
import { podIdentityTrust, POD_IDENTITY_AUDIENCE } from '../policy/trust-documents.ts';
import { admitsPodIdentity } from '../policy/trust-evaluation.ts';
import { namedByTags } from '../policy/trust-reading.ts';
import { planAgent } from '../resources/agent.ts';
import { isChangeable } from '../desired/ownership.ts';
import { planAssociations, whatIsWrong } from '../resources/associations.ts';
import { mayPredate, newerRole } from '../space/credentials.ts';
import { checkAgent } from '../verify/agent.ts';
import { checkAssociation } from '../verify/association.ts';
import { checkCredentials } from '../verify/credentials.ts';
import { COMMON_CHECKS, ROLE_RESOURCES, SPACE_RESOURCES } from './common.ts';
import { isBeforeContainer } from './credential-order.ts';
import { withoutToken, wrongRole } from './session.ts';

const NAMESPACE_TAG = 'aws:PrincipalTag/kubernetes-namespace';

export const podIdentity: Mechanism = {
  identity: 'pod-identity',
  name: 'EKS Pod Identity',

  trust: podIdentityTrust,
  sessionKeys,
  // No token of the cluster's issuer is behind it.
  sessionLacks: (key, { issuer }) =>
    issuer !== '' && key.toLowerCase().startsWith(`${issuerPath(issuer)}:`.toLowerCase()),
  sessionCondition: (namespace) => ({ StringEquals: { [NAMESPACE_TAG]: namespace } }),
  usesAssociations: true,
  sessionPolicy: undefined,
  namespaceVariable: `\${${NAMESPACE_TAG}}`,
  admits: admitsPodIdentity,
  namedIn: (document, workload) => namedByTags(document, workload.target, workload),
  originProblem: () => undefined,
  unrelatedOrigins: (name, workload) => [{ who: 'another cluster', request: inCluster(name, workload) }],
  // Session tags are transitive: they go on to the next role too (EKS user guide, pod-id-abac).
  chainActions: ({ association }) => [
    'sts:AssumeRole',
    ...(association?.disableSessionTags === true ? [] : ['sts:TagSession']),
  ],
  tellsNamespace: ({ sessionTags }) => sessionTags,
  trustQuotaAdvice: [],
  accessQuotaAdvice: [
    'use `{namespace}` as the only placeholder, which is one statement for any number of control planes',
    'use `isolate-by: session-policy`, which puts what each may read on its own association',
  ],

  podProblem,
  isPreferred: isBeforeContainer,
  olderCredentials,
  // The AWS SDK looks for IRSA first: a pod that carries both uses that.
  podHasRole: ({ podIdentity: isInjected, irsaRoleArn }, { association }, roleArn) =>
    isInjected && irsaRoleArn === undefined && association?.roleArn === roleArn,
  readsOn: ({ podIdentity: isInjected, irsaRoleArn }, { association }) =>
    isInjected && irsaRoleArn === undefined && association === undefined,
  givesRole: ({ association }, roleArn) => association?.roleArn === roleArn,
  carried: () => 'Pod Identity and nothing else',
  worksWithoutInjection: false,
  endsWithoutRestart: true,
  takesRolesOfOtherAccounts: false,
  annotation: () => null,
  dependsOnNodes: true,

  resources: [...ROLE_RESOURCES, planAgent, planAssociations, ...SPACE_RESOURCES],
  checks: [
    ['association', checkAssociation],
    ...COMMON_CHECKS,
    ['credentials-fresh', checkCredentials],
    ['agent', checkAgent],
  ],

  audience: POD_IDENTITY_AUDIENCE,
  needsPod: true,
  assume: async ({ take, roles, target }, { namespace, serviceAccount, pod }) => {
    const bound = pod === undefined ? {} : { pod: { name: pod.name, uid: pod.uid } };
    const answer = await take({ namespace, serviceAccount, ...bound, audience: POD_IDENTITY_AUDIENCE });
    if (answer.kind !== 'token') return withoutToken(answer);
    return await roles.assumeForPodIdentity(target.clusterName, answer.token);
  },
  sessionProblem: (assumed, { association }, target) =>
    wrongRole(assumed, association?.targetRoleArn ?? target.roleArn) ??
    wrongAssociation(assumed, association),
};

/** The session tags that EKS sends (EKS user guide, pod-id-abac), but for those that are another with each pod. */
function sessionKeys(
  namespace: string,
  serviceAccount: string,
  { clusterArn, clusterName }: Target,
): Readonly<Record<string, string>> {
  return {
    'aws:PrincipalTag/eks-cluster-arn': clusterArn,
    'aws:PrincipalTag/eks-cluster-name': clusterName,
    [NAMESPACE_TAG]: namespace,
    'aws:PrincipalTag/kubernetes-service-account': serviceAccount,
  };
}

/** The name of a cluster is in its ARN and in the session's tags. */
function inCluster(name: string, workload: TrustRequest): TrustRequest {
  const { target, clusterArn } = workload;
  const other = clusterArn.replace(/[^/]*$/, name);
  return { ...workload, clusterArn: other, target: { ...target, clusterArn: other, clusterName: name } };
}

function podProblem(pod: ControllerPod): string | undefined {
  if (!pod.podIdentity) {
    return pod.irsaRoleArn === undefined
      ? "nothing was injected: it falls back to the node's role"
      : 'it carries IRSA, not Pod Identity';
  }
  if (pod.irsaRoleArn !== undefined) return 'it carries IRSA beside Pod Identity, and the SDK prefers IRSA';
  if (pod.podIdentityAudience !== POD_IDENTITY_AUDIENCE)
    return `its token is for ${pod.podIdentityAudience ?? 'no audience'}, not ${POD_IDENTITY_AUDIENCE}`;
  return undefined;
}

/** The agent caches by pod: an association that is about to change, or to be made anew, leaves its pods with what they have. */
function olderCredentials(
  pod: ControllerPod,
  host: Host,
  desired: Desired,
  world: World,
): string | undefined {
  const { association } = host;
  const { target, iam, seenAt } = world;
  if (association === undefined)
    return 'it may hold credentials of an association that is gone, and keeps them until it is restarted';
  const problem = whatIsWrong(association, host, desired, target);
  // An association that this run may not change gives a new pod what it gives the old one, or less.
  if (problem !== '')
    return isChangeable(association, desired.intent, target)
      ? `its association is about to change (${problem}), and the pod may hold credentials from before`
      : undefined;
  // Only a plan that makes the role goes on without it.
  if (iam.role === undefined || newerRole(pod, association, world) !== undefined)
    return 'it may hold credentials of a role of this name that is gone';
  return mayPredate(pod, association, seenAt)
    ? 'it may hold credentials from before its association changed'
    : undefined;
}

function wrongAssociation(
  { association: used }: Assumed,
  expected: Association | undefined,
): string | undefined {
  if (used?.id === expected?.id && used?.arn === expected?.arn) return undefined;
  return `assumed through ${used?.arn}, not ${expected?.arn ?? 'an association that is known'}`;
}
