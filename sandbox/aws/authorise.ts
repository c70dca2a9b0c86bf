/** Whether the caller may do what a call asks for, by all its policies, with AWS's message when not. */
import { ServiceError } from './errors.ts';
import {
  type Context,
  evaluateOrganisation,
  evaluatePolicies,
  type NamedPolicy,
  type Outcome,
} from './policy/evaluate.ts';
import type { Principal } from './principals.ts';
import { globalContext, policiesOf } from './principal-policies.ts';
import type { State } from './state.ts';

/** What a call needs. */
export interface Permission {
  action: string;
  /** ARN, or `*`. */
  resource: string;
  context?: Context;
  /** How the service names the resource in its message, if not by ARN (IAM says `role NAME`). */
  shownAs?: string;
}

export type Decision =
  | { allowed: true }
  | {
      allowed: false;
      explicit: boolean;
      kind: Layer;
    };

type Layer = 'service control policy' | 'identity-based policy' | 'permissions boundary' | 'session policy';

/**
 * Decides as AWS does within one account: the organisation's policies, identity policies, permissions boundary and session policy must each allow,
 * and none may deny.
 */
export function decide(state: State, principal: Principal, permission: Permission): Decision {
  const policies = policiesOf(state, principal);
  const request = {
    principal: principal.arn,
    account: state.account,
    action: permission.action,
    resource: permission.resource,
    context: {
      ...globalContext(state, principal),
      'aws:ResourceAccount': permission.resource.split(':')[4] || state.account,
      ...permission.context,
    },
  };
  const layers: { kind: Layer; policies: NamedPolicy[] | undefined }[] = [
    { kind: 'identity-based policy', policies: policies.identity },
    { kind: 'permissions boundary', policies: policies.boundary },
    { kind: 'session policy', policies: policies.session },
  ];
  const own = layers
    .filter((layer) => layer.policies !== undefined)
    .map((layer): { kind: Layer; outcome: Outcome } => ({
      kind: layer.kind,
      outcome: evaluatePolicies(request, layer.policies ?? []),
    }));
  const organisation = evaluateOrganisation(request, state.iam.serviceControlPolicies);
  const outcomes = [{ kind: 'service control policy' as const, outcome: organisation }, ...own];
  const denied = outcomes.find(({ outcome }) => outcome === 'ExplicitlyDenied');
  if (denied !== undefined) return { allowed: false, explicit: true, kind: denied.kind };
  const silent = outcomes.find(({ outcome }) => outcome === 'ImplicitlyDenied');
  if (silent !== undefined) return { allowed: false, explicit: false, kind: silent.kind };
  return { allowed: true };
}

/** Throws AccessDenied in AWS's words unless the caller may. The server gives the code its service's spelling. */
export function authorise(state: State, principal: Principal, permission: Permission): void {
  const decision = decide(state, principal, permission);
  if (decision.allowed) return;
  const { action, resource, shownAs } = permission;
  const article = decision.kind === 'identity-based policy' ? 'an' : 'a';
  const reason = decision.explicit
    ? `with an explicit deny in ${article} ${decision.kind}`
    : `because no ${decision.kind} allows the ${action} action`;
  throw new ServiceError(
    'AccessDenied',
    `User: ${principal.arn} is not authorized to perform: ${action} on resource: ${shownAs ?? resource} ${reason}`,
    403,
  );
}
