import { createValidatedPolicy, validateTrustPolicy } from '@cloud-copilot/iam-policy';
import { runUnsafeSimulation } from '@cloud-copilot/iam-simulate';

/** Condition keys of a request with their values. */
export type Context = Record<string, string | string[]>;

export interface NamedPolicy {
  name: string;
  /** JSON text. */
  document: string;
}

export interface PolicyRequest {
  /** ARN of the caller, or the name of a service, or the ARN of an identity provider. */
  principal: string;
  account: string;
  action: string;
  resource: string;
  context: Context;
}

export type Outcome = 'Allowed' | 'ExplicitlyDenied' | 'ImplicitlyDenied';

/**
 * Evaluates with the library's unvalidated entry: the validating one drops every condition key that it does not know,
 * among them those of an EKS issuer (`oidc.eks.../id/X:sub`). The keys given here are only those that AWS would give.
 */
function simulate(request: PolicyRequest, identity: NamedPolicy[], trust?: string): Outcome {
  const resourcePolicy =
    trust === undefined
      ? {}
      : {
          // Wrapped, since the library reads the name of a resource policy from here.
          resourcePolicy: createValidatedPolicy(JSON.parse(trust), validateTrustPolicy, {
            name: 'trust policy',
          }),
        };
  return runUnsafeSimulation(
    {
      request: {
        principal: request.principal,
        action: request.action,
        resource: { resource: request.resource, accountId: request.account },
        contextVariables: request.context,
      },
      identityPolicies: identity.map(({ name, document }) => ({
        name,
        policy: JSON.parse(document) as unknown,
      })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...resourcePolicy,
    },
    {},
  );
}

/** What a set of policies alone says to a request. */
export function evaluatePolicies(request: PolicyRequest, policies: NamedPolicy[]): Outcome {
  return simulate(request, policies);
}

/** What a role's trust policy says, together with the caller's own policies where it trusts a whole account. */
export function evaluateTrust(
  request: PolicyRequest,
  trust: string,
  callersPolicies: NamedPolicy[] = [],
): Outcome {
  return simulate(request, callersPolicies, trust);
}
