/** Whom a trust policy lets in, by evaluating the very requests that STS would put to it. */
import type { PolicyDocument } from '../model/policy.ts';
import type { Cluster } from '../model/world.ts';
import { issuerPath } from './arn.ts';
import type { RequestContext } from './evaluate-conditions.ts';
import { evaluate, type Request } from './evaluate.ts';
import { POD_IDENTITY_PRINCIPAL, subject } from './trust.ts';

export interface Admission {
  readonly answer: 'admitted' | 'refused' | 'unknown';
  /** What could not be told. */
  readonly puzzles: readonly string[];
  /** A statement denies it outright. */
  readonly denied: boolean;
}

export interface WebIdentity {
  /** The provider in the account of the role. */
  readonly providerArn: string;
  readonly issuer: string;
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly audience: string;
}

export interface PodIdentity {
  readonly cluster: Pick<Cluster, 'arn' | 'name' | 'account'>;
  readonly namespace: string;
  readonly serviceAccount: string;
  /** Off when the association says so. */
  readonly sessionTags: boolean;
}

/** ARN of the cluster's OIDC provider in the account of a role. */
export function providerFor(roleArn: string, issuer: string): string {
  const account = roleArn.slice(0, roleArn.indexOf(':role/'));
  return `${account}:oidc-provider/${issuerPath(issuer)}`;
}

/** AssumeRoleWithWebIdentity with a token of a service account. */
export function admitsWebIdentity(document: PolicyDocument, asked: WebIdentity): Admission {
  const path = issuerPath(asked.issuer).toLowerCase();
  const values = new Map<string, readonly string[]>([
    [`${path}:aud`, [asked.audience]],
    [`${path}:sub`, [subject(asked.namespace, asked.serviceAccount)]],
    ['aws:federatedprovider', [asked.providerArn]],
  ]);
  return admission(document, ['sts:AssumeRoleWithWebIdentity'], {
    principal: { kind: 'Federated', name: asked.providerArn },
    context: { values, isAbsent: (key) => isTag(key) || isService(key) || isClaimOfAnother(key, path) },
  });
}

/** AssumeRole and, with session tags, TagSession by EKS (facts of Pod Identity: six tags; `aws:SourceArn` is the cluster). */
export function admitsPodIdentity(document: PolicyDocument, asked: PodIdentity): Admission {
  const { cluster, sessionTags } = asked;
  const values = new Map<string, readonly string[]>([
    ['aws:sourcearn', [cluster.arn]],
    ['aws:sourceaccount', [cluster.account]],
    ['aws:principalisawsservice', ['true']],
    ['aws:principalservicename', [POD_IDENTITY_PRINCIPAL]],
    ...(sessionTags ? tagsOf(asked) : []),
  ]);
  const actions = ['sts:AssumeRole', ...(sessionTags ? ['sts:TagSession'] : [])];
  return admission(document, actions, {
    principal: { kind: 'Service', name: POD_IDENTITY_PRINCIPAL },
    context: {
      values,
      isAbsent: (key) =>
        key === 'aws:federatedprovider' ||
        key === 'sts:externalid' ||
        isClaimOfAnother(key, '') ||
        (isTag(key) && !(sessionTags && POD_TAGS.has(key))),
    },
  });
}

/** Tags whose values differ from pod to pod. */
const POD_TAGS = new Set(['aws:requesttag/kubernetes-pod-name', 'aws:requesttag/kubernetes-pod-uid']);

function tagsOf({
  cluster,
  namespace,
  serviceAccount,
}: PodIdentity): readonly (readonly [string, readonly string[]])[] {
  const tags = {
    'eks-cluster-arn': cluster.arn,
    'eks-cluster-name': cluster.name,
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

/** Claims of other identity providers: their keys begin with a host. */
function isClaimOfAnother(key: string, issuer: string): boolean {
  const host = key.slice(0, key.lastIndexOf(':'));
  return host.includes('.') && host !== issuer;
}

interface Asked {
  readonly principal: NonNullable<Request['principal']>;
  readonly context: RequestContext;
}

function admission(document: PolicyDocument, actions: readonly string[], asked: Asked): Admission {
  const evaluations = actions.map((action) => evaluate([document], { ...asked, action }));
  const decisions = new Set(evaluations.map(({ decision }) => decision));
  const denied = decisions.has('explicit-deny');
  if (denied || decisions.has('implicit-deny')) return { answer: 'refused', puzzles: [], denied };
  const puzzles = [...new Set(evaluations.flatMap((one) => one.puzzles))];
  return { answer: decisions.has('unknown') ? 'unknown' : 'admitted', puzzles, denied };
}
