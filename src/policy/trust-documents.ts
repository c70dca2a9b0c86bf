/** Who may assume the workload's role: the trust policy of each mechanism, as narrow as the scope allows. */
import { HOST_NAMESPACE_PATTERN, isHostNamespaceName } from '../model/host-namespace.ts';
import type { TrustedNamespaces } from '../model/mechanism.ts';
import type { PolicyDocument, Statement } from '../model/policy.ts';
import type { Target } from '../model/target.ts';
import { issuerPath } from './arn.ts';

/** The audience of tokens that EKS's webhook mounts for IRSA, in every partition (webhook flag `--token-audience`). */
export const STS_AUDIENCE = 'sts.amazonaws.com';
/** The audience of the token that EKS mounts for Pod Identity (EKS user guide). */
export const POD_IDENTITY_AUDIENCE = 'pods.eks.amazonaws.com';
/** No namespace can have this name: it stands where nobody is trusted yet, since a condition needs a value. */
export const NOBODY = '-';
export const POD_IDENTITY_PRINCIPAL = 'pods.eks.amazonaws.com';

interface NamespaceCondition {
  readonly operator: 'StringEquals' | 'StringLike';
  readonly namespaces: readonly string[];
}

/** How a scope names the namespaces; under `pattern`, namespaces of another shape are added by name. */
function namespaceCondition({ scope, namespaces }: TrustedNamespaces): NamespaceCondition {
  const sorted = [...new Set(namespaces)].toSorted();
  switch (scope) {
    case 'exact':
      return { operator: 'StringEquals', namespaces: sorted.length === 0 ? [NOBODY] : sorted };
    case 'pattern':
      return {
        operator: 'StringLike',
        namespaces: [HOST_NAMESPACE_PATTERN, ...sorted.filter((name) => !isHostNamespaceName(name))],
      };
    case 'any-namespace':
      return { operator: 'StringLike', namespaces: ['*'] };
  }
}

/** A single value stands without a list: shorter, and as people write it. */
function oneOrMany(values: readonly string[]): string | readonly string[] {
  const [first, ...more] = values;
  return first !== undefined && more.length === 0 ? first : values;
}

/**
 * IRSA: the cluster's OIDC provider, for tokens of these service accounts with STS's audience.
 * `aud` and `sub` always stand together; several subjects of one key are an OR (IAM user guide, condition logic).
 */
export function irsaTrust(trusted: TrustedNamespaces): PolicyDocument {
  const { issuer, trustedProviderArn } = trusted.target;
  const host = issuerPath(issuer);
  const { operator, namespaces } = namespaceCondition(trusted);
  const subjects = oneOrMany(namespaces.map((name) => subject(name, trusted.serviceAccount)));
  const audience = { [`${host}:aud`]: STS_AUDIENCE };
  const statement: Statement = {
    Effect: 'Allow',
    Principal: { Federated: trustedProviderArn },
    Action: 'sts:AssumeRoleWithWebIdentity',
    Condition:
      operator === 'StringEquals'
        ? { StringEquals: { ...audience, [`${host}:sub`]: subjects } }
        : { StringEquals: audience, StringLike: { [`${host}:sub`]: subjects } },
  };
  return { Version: '2012-10-17', Statement: [statement] };
}

/**
 * EKS Pod Identity: the service principal, bound to account, cluster, service account and namespaces.
 * `aws:SourceArn` is the cluster's ARN; both actions are required by the API; the request tags exist because this action
 * leaves session tags on (EKS user guide, pod-id-abac).
 */
export function podIdentityTrust(trusted: TrustedNamespaces): PolicyDocument {
  const { target, serviceAccount, scope } = trusted;
  const { operator, namespaces } = namespaceCondition(trusted);
  const namespaceKey = { 'aws:RequestTag/kubernetes-namespace': oneOrMany(namespaces) };
  const always = {
    'aws:SourceAccount': target.account,
    'aws:RequestTag/kubernetes-service-account': serviceAccount,
  };
  const statement: Statement = {
    Effect: 'Allow',
    Principal: { Service: POD_IDENTITY_PRINCIPAL },
    Action: ['sts:AssumeRole', 'sts:TagSession'],
    Condition: {
      StringEquals: operator === 'StringEquals' ? { ...always, ...namespaceKey } : always,
      ...(operator === 'StringLike' && scope === 'pattern' && { StringLike: namespaceKey }),
      ArnEquals: { 'aws:SourceArn': target.clusterArn },
    },
  };
  return { Version: '2012-10-17', Statement: [statement] };
}

/**
 * EKS Pod Identity without session tags: bound to account and cluster, and every association of the cluster with this role gets
 * it (EKS user guide, session policies). It fits any number of control planes.
 */
export function untaggedTrust({ account, clusterArn }: Target): PolicyDocument {
  const statement: Statement = {
    Effect: 'Allow',
    Principal: { Service: POD_IDENTITY_PRINCIPAL },
    Action: ['sts:AssumeRole', 'sts:TagSession'],
    Condition: {
      StringEquals: { 'aws:SourceAccount': account },
      ArnEquals: { 'aws:SourceArn': clusterArn },
    },
  };
  return { Version: '2012-10-17', Statement: [statement] };
}

/** The `sub` claim of a service account's token. */
export function subject(namespace: string, serviceAccount: string): string {
  return `system:serviceaccount:${namespace}:${serviceAccount}`;
}
