/** Facts on signing in, and on what a workload gets. */
import type { Fact } from './fact.ts';

export const IDENTITY_FACTS = [
  {
    id: 'simulation-shared',
    assumed:
      'IAM takes reads of Secrets Manager and of SSM in one simulation not together: `InvalidInput`, “require different authorization information”',
    matters: ['src/desired/simulation.ts'],
    settled: 'asks about both in one call',
  },
  {
    id: 'simulation-principal-tag',
    assumed: 'a simulation decides by the session tag that it is given, and names it as missing without',
    matters: ['src/verify/isolation.ts', 'src/aws/read/simulation.ts'],
    settled: 'simulates a policy with that condition with the right tag, with another, and without',
  },
  {
    id: 'web-identity-without-provider',
    assumed:
      'STS refuses a token of an unknown issuer: `InvalidIdentityToken`, “No OpenIDConnect provider found …”',
    matters: ['src/aws/assume/web-identity.ts'],
    settled: 'shows one before the provider is made',
  },
  {
    id: 'web-identity-stranger',
    assumed: 'STS refuses a service account that the trust policy does not name: `AccessDenied`',
    matters: ['src/aws/assume/web-identity.ts'],
    settled: 'shows the token of another one',
  },
  {
    id: 'web-identity-audience',
    assumed: 'STS refuses a token for another audience for good: `InvalidIdentityToken`',
    matters: ['src/aws/assume/web-identity.ts', 'src/mechanisms/irsa.ts'],
    settled: 'shows one',
  },
  {
    id: 'web-identity-provider',
    assumed:
      "`Provider` in the answer of AssumeRoleWithWebIdentity is the provider's ARN, its issuer, or that without `https://`",
    matters: ['src/mechanisms/irsa.ts'],
    settled: 'assumes a role with a token',
  },
  {
    id: 'thumbprint-ignored',
    assumed: 'STS takes tokens of an EKS issuer whatever thumbprint its provider has',
    matters: ['src/aws/write/oidc-providers.ts', 'src/aws/read/oidc-providers.ts'],
    settled: 'makes the provider with a wrong thumbprint, and assumes a role with a token',
  },
  {
    id: 'issuer-closed-to-users',
    assumed: 'a user of the cluster may not read `/.well-known/openid-configuration` without a rule for it',
    matters: ['src/cluster/objects/cluster-identity.ts', 'src/cluster/kubectl/calls.ts'],
    settled: 'asks for it as a user without any right',
  },
  {
    id: 'issuer-in-tokens',
    assumed: "`iss` of a service account's token is the issuer that EKS names",
    matters: ['src/cluster/tokens/service-account-tokens.ts'],
    settled: 'compares the two',
  },
  {
    id: 'pod-identity-answer',
    assumed: 'EKS Auth answers with the association, the assumed role, and credentials for about 6 hours',
    matters: ['src/aws/assume/pod-identity.ts', 'src/verify/credentials.ts'],
    settled: 'asks for a running pod',
  },
  {
    id: 'association-before-annotation',
    assumed: 'where a service account has both, new pods get Pod Identity alone',
    matters: ['src/desired/entitlement.ts', 'sandbox/eks/injection.ts'],
    settled: 'annotates a service account that has an association, and tries a pod in a dry run',
  },
  {
    id: 'injected-variables',
    assumed: 'the webhook adds the variables and token volumes that the checks look for',
    matters: ['src/space/pods.ts', 'sandbox/eks/injection.ts'],
    settled: 'reads the pods of every scene',
  },
  {
    id: 'sign-in-token',
    assumed: "the API server takes a presigned GetCallerIdentity with the cluster's name as a token",
    matters: ['src/aws/cluster-token.ts'],
    settled: 'enters the cluster with one',
  },
  {
    id: 'access-proven',
    assumed:
      "each control plane reads its own and what is common, and is refused another's, by every isolation",
    matters: ['src/evidence/access-proof.ts', 'src/verify/isolation.ts', 'src/desired/isolation.ts'],
    settled: '`prove-access` with probes in every scene',
  },
  {
    id: 'managed-key',
    assumed: "secrets and parameters under AWS's own keys are read without `kms:Decrypt`",
    matters: ['src/policy/access-policy.ts'],
    settled: 'the probes are a secret and a `SecureString` under these keys',
  },
  {
    id: 'pods-read',
    assumed: 'the SDK in a running pod finds the credentials, and reads with the role',
    matters: ['src/verify/injection.ts'],
    settled: 'runs `aws` in a pod of each control plane',
  },
] as const satisfies readonly Fact[];
