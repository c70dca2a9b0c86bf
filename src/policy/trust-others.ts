/** Whom a trust policy names beside the workloads of the cluster: users, roles, accounts, services and other identity providers. */
import type { PolicyDocument, Principal } from '../model/policy.ts';
import type { Target } from '../model/target.ts';
import { UNRELATED_NAME } from './arn.ts';
import { evaluate, type Request } from './evaluate.ts';
import { POD_IDENTITY_PRINCIPAL } from './trust-documents.ts';

export interface OtherPrincipal {
  /** The principals as the policy names them. */
  readonly who: string;
  /** `everybody`: without a condition that keeps a stranger out. `some`: the named ones, or everybody who meets a condition. */
  readonly kind: 'everybody' | 'some' | 'unknown';
  /** What could not be evaluated, when it is `unknown`. */
  readonly unknowns: readonly string[];
}

type Named = NonNullable<Request['principal']>;

/** Those who are let in, or may be; the cluster's own workloads and the role itself are left out. */
export function namedPrincipals(document: PolicyDocument, target: Target): readonly OtherPrincipal[] {
  const allowing = document.Statement.filter(({ Effect }) => Effect === 'Allow');
  const isOpen = allowing.some(
    ({ Principal, NotPrincipal }) => NotPrincipal !== undefined || namesEverybody(Principal),
  );
  const named = allowing.flatMap(({ Principal }) => principalsOf(Principal));
  const others = named.filter(
    ({ kind, name }) => !isOwn(kind, name, target) && !(kind === 'AWS' && name === '*'),
  );
  const found = others.flatMap((principal) => admission(document, principal));
  const unique = new Map(found.map((other) => [other.who, other]));
  return [...(isOpen ? [strangers(document, target)] : []), ...unique.values()];
}

function namesEverybody(principal: Principal | undefined): boolean {
  if (principal === undefined) return false;
  return principal === '*' || [principal['AWS'] ?? []].flat().includes('*');
}

const KINDS = ['AWS', 'Service', 'Federated'] as const;

function principalsOf(principal: Principal | undefined): readonly Named[] {
  if (principal === undefined || principal === '*') return [];
  return KINDS.flatMap((kind) => [principal[kind] ?? []].flat().map((name) => ({ kind, name })));
}

function isOwn(kind: Named['kind'], name: string, { roleArn, trustedProviderArn }: Target): boolean {
  const own = { AWS: roleArn, Service: POD_IDENTITY_PRINCIPAL, Federated: trustedProviderArn };
  return own[kind] === name;
}

/** No more is known of them than that they ask over TLS. */
const NOTHING_KNOWN: Request['context'] = {
  values: new Map([['aws:securetransport', ['true']]]),
  isAbsent: () => false,
};

function admission(document: PolicyDocument, principal: Named): readonly OtherPrincipal[] {
  const action = actionOf(principal);
  const { decision } = evaluate([document], { principal, action, context: NOTHING_KNOWN });
  if (decision === 'explicit-deny' || decision === 'implicit-deny') return [];
  const isFree = decision === 'allowed';
  const { kind, name } = principal;
  if (name === '*')
    return [{ who: `every ${kind} principal`, kind: isFree ? 'everybody' : 'some', unknowns: [] }];
  return [
    { who: isFree && kind === 'Federated' ? `any identity of ${name}` : name, kind: 'some', unknowns: [] },
  ];
}

function actionOf({ kind, name }: Named): string {
  if (kind !== 'Federated') return 'sts:AssumeRole';
  return name.includes(':saml-provider/') ? 'sts:AssumeRoleWithSAML' : 'sts:AssumeRoleWithWebIdentity';
}

/** An account that has nothing to do with the role's: it brings its own tags and session names, but no organisation or external id. */
const STRANGER_ACCOUNT = '000000000000';
const NEVER_STRANGERS = new Set([
  'sts:externalid',
  'aws:principalorgid',
  'aws:principalorgpaths',
  'aws:sourcearn',
  'aws:sourceaccount',
  'aws:federatedprovider',
]);

function strangers(document: PolicyDocument, { partition }: Target): OtherPrincipal {
  const name = `arn:${partition}:iam::${STRANGER_ACCOUNT}:role/${UNRELATED_NAME}`;
  const values = new Map([
    ['aws:securetransport', ['true']],
    ['aws:principalarn', [name]],
    ['aws:principalaccount', [STRANGER_ACCOUNT]],
    ['aws:principalisawsservice', ['false']],
  ]);
  const context = { values, isAbsent: (key: string) => NEVER_STRANGERS.has(key) };
  const evaluations = [
    evaluate([document], { principal: { kind: 'AWS', name }, action: 'sts:AssumeRole', context }),
    // Whether `*` stands for identities of any provider is not documented.
    evaluate([document], {
      principal: { kind: 'Federated', name: 'any' },
      action: 'sts:AssumeRoleWithWebIdentity',
      context,
    }),
  ];
  const decisions = new Set(evaluations.map(({ decision }) => decision));
  const decision = (['allowed', 'unknown'] as const).find((one) => decisions.has(one)) ?? 'implicit-deny';
  const unknowns = [...new Set(evaluations.flatMap((evaluation) => evaluation.unknowns))];
  return { ...STRANGERS[decision], unknowns };
}

const STRANGERS = {
  allowed: { who: 'everybody', kind: 'everybody' },
  unknown: { who: 'everybody', kind: 'unknown' },
  'implicit-deny': { who: 'everybody who meets its conditions', kind: 'some' },
} as const;
