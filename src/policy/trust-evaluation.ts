/** Whom a trust policy lets in, by evaluating the very requests that STS would put to it. */
import type { PolicyDocument } from '../model/policy.ts';
import type { TrustAnswer, TrustRequest } from '../model/trust.ts';
import { issuerPath } from './arn.ts';
import { ANY_REQUEST } from './conditions.ts';
import { evaluate, type Request } from './evaluate.ts';
import { POD_IDENTITY_PRINCIPAL, subject } from './trust-documents.ts';

/** STS takes requests over TLS alone (AWS general reference, STS endpoints). */
const OVER_TLS = ['aws:securetransport', ['true']] as const;

/** AssumeRoleWithWebIdentity with a token of a service account. */
export function admitsWebIdentity(document: PolicyDocument, request: TrustRequest): TrustAnswer {
  const { issuer, trustedProviderArn } = request.target;
  const path = issuerPath(issuer).toLowerCase();
  const values = new Map<string, readonly string[]>([
    [`${path}:aud`, [request.audience]],
    [`${path}:sub`, [subject(request.namespace, request.serviceAccount)]],
    ['aws:federatedprovider', [trustedProviderArn]],
    OVER_TLS,
  ]);
  return askAll(document, ['sts:AssumeRoleWithWebIdentity'], {
    principal: { kind: 'Federated', name: trustedProviderArn },
    context: {
      values,
      isAbsent: (key) => isTag(key) || isService(key) || isOrganisation(key) || isClaimOfAnother(key, path),
    },
  });
}

/** AssumeRole and, with session tags, TagSession by EKS (facts of Pod Identity: six tags; `aws:SourceArn` is the cluster). */
export function admitsPodIdentity(document: PolicyDocument, request: TrustRequest): TrustAnswer {
  const { target, clusterArn, sessionTags } = request;
  const values = new Map<string, readonly string[]>([
    ['aws:sourcearn', [clusterArn]],
    ['aws:sourceaccount', [target.account]],
    ['aws:principalisawsservice', ['true']],
    ['aws:principalservicename', [POD_IDENTITY_PRINCIPAL]],
    OVER_TLS,
    ...(sessionTags ? tagsOf(request) : []),
  ]);
  const actions = ['sts:AssumeRole', ...(sessionTags ? ['sts:TagSession'] : [])];
  return askAll(document, actions, {
    principal: { kind: 'Service', name: POD_IDENTITY_PRINCIPAL },
    context: {
      values,
      isAbsent: (key) =>
        key === 'aws:federatedprovider' ||
        key === 'sts:externalid' ||
        isOrganisation(key) ||
        isClaimOfAnother(key, '') ||
        (isTag(key) && !(sessionTags && POD_TAGS.has(key))),
    },
  });
}

/**
 * Whether EKS would take the role for an association: it looks for the service principal and for both actions, whatever the
 * conditions (EKS user guide, Pod Identity role; issues of aws-cdk and the Terraform provider). Only what is sure is refused.
 */
export function offersPodIdentity({ Statement }: PolicyDocument): boolean {
  const allowed = Statement.filter(({ Effect }) => Effect === 'Allow').map(
    ({ Condition: _any, ...statement }) => statement,
  );
  const request = {
    principal: { kind: 'Service', name: POD_IDENTITY_PRINCIPAL },
    context: ANY_REQUEST,
  } as const;
  return askAll({ Statement: allowed }, ['sts:AssumeRole', 'sts:TagSession'], request).kind !== 'refused';
}

/** Tags whose values differ from pod to pod. */
const POD_TAGS = new Set(['aws:requesttag/kubernetes-pod-name', 'aws:requesttag/kubernetes-pod-uid']);

function tagsOf({
  target,
  clusterArn,
  namespace,
  serviceAccount,
}: TrustRequest): readonly (readonly [string, readonly string[]])[] {
  const tags = {
    'eks-cluster-arn': clusterArn,
    'eks-cluster-name': target.clusterName,
    'kubernetes-namespace': namespace,
    'kubernetes-service-account': serviceAccount,
  };
  const keys = [...Object.keys(tags), 'kubernetes-pod-name', 'kubernetes-pod-uid'];
  return [
    ...Object.entries(tags).map(([key, value]) => [`aws:requesttag/${key}`, [value]] as const),
    ['aws:tagkeys', keys],
    ['sts:transitivetagkeys', keys],
  ];
}

const isTag = (key: string): boolean =>
  key.startsWith('aws:requesttag/') || key === 'aws:tagkeys' || key === 'sts:transitivetagkeys';

const isService = (key: string): boolean =>
  ['aws:sourcearn', 'aws:sourceaccount', 'aws:principalservicename', 'sts:externalid'].includes(key);

/** Users and roles are members of an organisation; tokens and services are not (IAM user guide, aws:PrincipalOrgID). */
const isOrganisation = (key: string): boolean =>
  key === 'aws:principalorgid' || key === 'aws:principalorgpaths';

/** Claims of other identity providers: their keys begin with a host, and an issuer's URL holds no port. */
function isClaimOfAnother(key: string, issuer: string): boolean {
  const host = /^([^:]+\.[^:]+):[^:]+$/.exec(key)?.[1];
  return host !== undefined && host !== issuer;
}

/** All of the actions have to be allowed. */
function askAll(
  document: PolicyDocument,
  actions: readonly string[],
  request: Required<Pick<Request, 'principal' | 'context'>>,
): TrustAnswer {
  const evaluations = actions.map((action) => evaluate([document], { ...request, action }));
  const decisions = new Set(evaluations.map(({ decision }) => decision));
  const denied = decisions.has('explicit-deny');
  if (denied || decisions.has('implicit-deny')) return { kind: 'refused', unknowns: [], denied };
  const unknowns = [...new Set(evaluations.flatMap((evaluation) => evaluation.unknowns))];
  return { kind: decisions.has('unknown') ? 'unknown' : 'admitted', unknowns, denied };
}
