/** What policies say to a request, evaluated by cloud-copilot's simulator. */
import { createValidatedPolicy } from '@cloud-copilot/iam-policy';
import { runUnsafeSimulation } from '@cloud-copilot/iam-simulate';
import { z } from 'zod';

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

const versioned = z.looseObject({ Version: z.string().optional() });

/** A document as the library takes it, which knows one version alone: in those before 2012-10-17, `${` is plain text (IAM user guide). */
function parse(document: string): unknown {
  const { Version: version } = versioned.parse(JSON.parse(document));
  return JSON.parse(version === '2012-10-17' ? document : document.replaceAll('${', '${$}{'));
}

/** Wrapped, since the library reads a resource policy's name from there. Documents were checked when they were written. */
const wrap = (document: string) =>
  createValidatedPolicy(parse(document), () => [], { name: 'resource policy' });

/**
 * Evaluates with the library's unvalidated entry: the validating one drops every condition key that it does not know,
 * among them those of an EKS issuer (`oidc.eks.../id/X:sub`). The keys given here are only those that AWS would give.
 */
function simulate(request: PolicyRequest, identity: NamedPolicy[], resourcePolicy?: string): Outcome {
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
        policy: parse(document),
      })),
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(resourcePolicy === undefined ? {} : { resourcePolicy: wrap(resourcePolicy) }),
    },
    {},
  );
}

/** A key's usual policy: it leaves access to the account's IAM policies. Without one, the library denies every use. */
const defaultKeyPolicy = (account: string): string =>
  JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { AWS: account }, Action: 'kms:*', Resource: '*' }],
  });

/** What a set of policies alone says to a request. */
export function evaluatePolicies(request: PolicyRequest, policies: NamedPolicy[]): Outcome {
  const isKeyUse = request.action.toLowerCase().startsWith('kms:');
  return simulate(request, policies, isKeyUse ? defaultKeyPolicy(request.account) : undefined);
}

/** FullAWSAccess: what an organisation allows before it forbids. */
const fullAccess: NamedPolicy = {
  name: 'FullAWSAccess',
  document: JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }],
  }),
};

/** What the organisation's policies say, beside the one that allows all. */
export function evaluateOrganisation(request: PolicyRequest, policies: NamedPolicy[]): Outcome {
  return policies.length === 0 ? 'Allowed' : evaluatePolicies(request, [fullAccess, ...policies]);
}

/** What a role's trust policy says, together with the caller's own policies where it trusts a whole account. */
export function evaluateTrust(
  request: PolicyRequest,
  trust: string,
  callersPolicies: NamedPolicy[] = [],
): Outcome {
  return simulate(request, callersPolicies, trust);
}
