/** IAM roles for service accounts: a token of the cluster's issuer, an annotation, variables injected by EKS's webhook. */
import type { ControllerPod } from '../model/host.ts';
import type { Mechanism } from '../model/mechanism.ts';
import type { Assumed } from '../model/proof-ports.ts';
import type { Target } from '../model/target.ts';
import type { OidcProvider } from '../model/world.ts';
import { issuerPath } from '../policy/arn.ts';
import { irsaTrust, STS_AUDIENCE, subject } from '../policy/trust-documents.ts';
import { admitsWebIdentity } from '../policy/trust-evaluation.ts';
import { namedSubjects } from '../policy/trust-reading.ts';
import { planNoAssociations } from '../resources/associations.ts';
import { planOidcProvider } from '../resources/oidc-provider.ts';
import { checkAnnotation } from '../verify/annotation.ts';
import { isBeforeWebIdentity } from './credential-order.ts';
import { withoutToken, wrongRole } from './session.ts';

import { COMMON_CHECKS, ROLE_RESOURCES, SPACE_RESOURCES } from './common.ts';

export const irsa: Mechanism = {
  identity: 'irsa',
  name: 'IRSA',

  trust: irsaTrust,
  sessionKeys: (namespace, serviceAccount, { issuer }) => ({
    [`${issuerPath(issuer)}:aud`]: STS_AUDIENCE,
    [`${issuerPath(issuer)}:sub`]: subject(namespace, serviceAccount),
  }),
  // EKS tags sessions of Pod Identity alone.
  sessionLacks: (key) => /^aws:PrincipalTag\/(kubernetes|eks-cluster)-/i.test(key),
  // The claims of the token are there in every request of the session (IAM user guide, web identity federation keys).
  sessionCondition: (namespace, serviceAccount, { issuer }) => ({
    StringEquals: { [`${issuerPath(issuer)}:sub`]: subject(namespace, serviceAccount) },
  }),
  usesAssociations: false,
  sessionPolicy: undefined,
  namespaceVariable: undefined,
  admits: admitsWebIdentity,
  namedIn: (document, { target }) => namedSubjects(document, target),
  originProblem,
  // STS takes tokens for an audience of the provider's alone: others never get as far as the trust policy.
  unrelatedOrigins: (_name, workload, provider) =>
    (provider?.audiences ?? [])
      .filter((audience) => audience !== STS_AUDIENCE)
      .map((audience) => ({ who: `tokens for audience ${audience}`, request: { ...workload, audience } })),
  chainActions: () => ['sts:AssumeRole'],
  tellsNamespace: () => true,
  trustQuotaAdvice: ['use `identity: pod-identity`, whose trust policy takes about twice as many namespaces'],

  accessQuotaAdvice: [
    'use `identity: pod-identity` with `{namespace}` as the only placeholder, which is one statement for any number of control planes, or with `isolate-by: session-policy`',
  ],

  podProblem,
  isPreferred: isBeforeWebIdentity,
  // The role is named in the pod itself, and STS is asked anew every hour at most.
  olderCredentials: () => undefined,
  podHasRole: ({ irsaRoleArn }, _host, roleArn) => irsaRoleArn === roleArn,
  // Its token is asked for again and again, and the role with it.
  readsOn: () => false,
  // An association wins over the annotation.
  givesRole: ({ serviceAccount, association }, roleArn) =>
    association === undefined && serviceAccount?.roleArn === roleArn,
  carried: (roleArn) => `${roleArn} by IRSA`,
  worksWithoutInjection: true,
  endsWithoutRestart: false,
  takesRolesOfOtherAccounts: true,
  annotation: (roleArn) => roleArn,
  dependsOnNodes: false,

  resources: [planOidcProvider, ...ROLE_RESOURCES, planNoAssociations, ...SPACE_RESOURCES],
  checks: [['service-account-annotation', checkAnnotation], ...COMMON_CHECKS],

  audience: STS_AUDIENCE,
  needsPod: false,
  assume: async ({ take, roles, target, reads }, { namespace, serviceAccount }) => {
    const answer = await take({ namespace, serviceAccount, audience: STS_AUDIENCE });
    if (answer.kind !== 'token') return withoutToken(answer);
    return await roles.assumeWithWebIdentity(target.roleArn, answer.token, reads);
  },
  sessionProblem: (assumed, _host, target) =>
    wrongRole(assumed, target.roleArn) ?? wrongProvider(assumed, target),
};

function podProblem(pod: ControllerPod, roleArn: string): string | undefined {
  if (pod.podIdentity) return 'it carries Pod Identity, not IRSA';
  if (pod.irsaRoleArn === undefined) return "nothing was injected: it falls back to the node's role";
  if (pod.irsaRoleArn !== roleArn) return `it carries another role, ${pod.irsaRoleArn}`;
  if (pod.irsaAudience !== STS_AUDIENCE)
    return `its token is for ${pod.irsaAudience ?? 'no audience'}, not ${STS_AUDIENCE}`;
  return undefined;
}

/** STS looks at the provider before the trust policy: that there is one, and that it lists the token's audience. */
function originProblem(
  { issuer, trustedProviderArn }: Target,
  provider: OidcProvider | undefined,
): string | undefined {
  // Without an issuer there is nothing to look up; the trust policy can't name it either.
  if (issuer === '') return undefined;
  if (provider === undefined)
    return `STS takes no token of the cluster, since there is no OIDC provider ${trustedProviderArn}`;
  if (provider.audiences.includes(STS_AUDIENCE)) return undefined;
  return `STS does not take its tokens, since OIDC provider ${provider.arn} does not list audience ${STS_AUDIENCE}`;
}

/** STS's documentation says issuer; its answers hold the provider's ARN. */
function wrongProvider(
  { provider = '' }: Assumed,
  { issuer, trustedProviderArn }: Target,
): string | undefined {
  if ([trustedProviderArn, issuer, issuerPath(issuer)].includes(provider)) return undefined;
  return `assumed through provider ${provider}, not ${trustedProviderArn}`;
}
