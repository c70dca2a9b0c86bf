/** The rules that findings are reported under in SARIF. Their ids stay: alerts are told apart by them. */
import type { CheckName } from '../model/check.ts';
import type { Operation } from '../model/write.ts';

export interface SarifRule {
  readonly id: string;
  /** One line. */
  readonly short: string;
  /** What it means and what to do. */
  readonly help: string;
  readonly weight: SarifWeight;
}

/**
 * `open`: somebody reads who should not, or may. `weak`: the workload has, or would get at its next restart, another identity than it
 * should. `down`: somebody can't read who should: no weakness, but a Space in need.
 */
export type SarifWeight = 'open' | 'weak' | 'down';

/** The rule, by the check that failed. */
export const RULES_OF_CHECKS: Readonly<Record<CheckName, SarifRule>> = {
  'service-account-annotation': {
    id: 'check/service-account-annotation',
    short: 'A service account does not carry the role',
    help: 'The annotation of the External Secrets service account is missing or names another role. Run `mode: plan` to see what would set it; with `annotate: none`, set the values of the output `helm-values` in the repository that deploys the Space.',
    weight: 'weak',
  },
  association: {
    id: 'check/association',
    short: 'A service account has not the association that it should have',
    help: 'The EKS Pod Identity association is missing, names another role or target role, or has another session policy. Find out who changed it (CloudTrail: CreatePodIdentityAssociation, UpdatePodIdentityAssociation, DeletePodIdentityAssociation), then run `mode: apply`.',
    weight: 'open',
  },
  rollout: {
    id: 'check/rollout',
    short: 'A controller is not rolled out',
    help: 'The Deployment of External Secrets is not complete or its new pods are refused. Look at the Deployment and its events.',
    weight: 'down',
  },
  'pod-identity-injected': {
    id: 'check/pod-identity-injected',
    short: 'A running pod does not carry the role',
    help: 'A running pod carries another role or mechanism, static keys that the SDK prefers, or nothing: then it uses the role of its node. Run `mode: apply`: it restarts such pods.',
    weight: 'weak',
  },
  'trust-policy': {
    id: 'check/trust-policy',
    short: 'The trust policy admits somebody else, or not the workload',
    help: 'The role can be assumed by a principal that the inputs do not ask for, or the workload is kept out. Look at who changed the trust policy (CloudTrail: UpdateAssumeRolePolicy), then run `mode: apply`.',
    weight: 'open',
  },
  permissions: {
    id: 'check/permissions',
    short: 'The role may read what it should not, or not what it should',
    help: 'By simulation, the role may not read under a prefix, or may read or write outside of them. Look at the policies of the role, also at managed ones, at its boundary and at those of the organisation.',
    weight: 'open',
  },
  isolation: {
    id: 'check/isolation',
    short: 'A control plane could read what belongs to another one',
    help: 'Evaluated as the session of one control plane, the policies do not keep it from secrets of another one, or keep it from its own. Run `mode: plan` to see what differs.',
    weight: 'open',
  },
  'store-auth': {
    id: 'check/store-auth',
    short: 'A secret store can not sign in with this identity',
    help: 'A SharedSecretStore signs in in a way that can not work with this identity. Change its `auth`, its `role` or `additionalRoles`.',
    weight: 'down',
  },
  'store-status': {
    id: 'check/store-status',
    short: 'A secret store fails',
    help: 'Spaces says that a SharedSecretStore does not work in the control plane. Its conditions tell why.',
    weight: 'down',
  },
  'secret-coverage': {
    id: 'check/secret-coverage',
    short: 'A secret that is asked for lies outside of what the role may read',
    help: 'A SharedExternalSecret reads a key that no prefix covers. Correct the key, or add the prefix to `secret-prefixes` or `parameter-prefixes`.',
    weight: 'down',
  },
  'credentials-fresh': {
    id: 'check/credentials-fresh',
    short: 'A running pod may still hold credentials from before a change',
    help: 'The pod was made before its association last changed. Run `mode: apply`: it restarts such pods.',
    weight: 'weak',
  },
  agent: {
    id: 'check/agent',
    short: 'The Pod Identity agent does not serve all pods',
    help: 'The agent is missing or broken, or a pod runs on a node that it can not serve.',
    weight: 'down',
  },
  'injection-forecast': {
    id: 'check/injection-forecast',
    short: 'A pod made now would not get the identity',
    help: 'A dry run of a pod came back without the role, or with another one: after the next restart the workload would read with the role of its node. Look at the webhooks of EKS, at the association or the annotation.',
    weight: 'weak',
  },
  'access-proof': {
    id: 'check/access-proof',
    short: 'A token of the workload does not open the role',
    help: 'Assuming the role with a token of the workload failed, or led to another role. The detail has what AWS said.',
    weight: 'down',
  },
  'access-proof-negative': {
    id: 'check/access-proof-negative',
    short: 'A token of somebody else opens the role',
    help: 'The role let in a service account that it is not for. Narrow its trust policy: `trust-scope: exact` and `mode: apply`.',
    weight: 'open',
  },
};

const OIDC_PROVIDER: SarifRule = {
  id: 'drift/oidc-provider',
  short: 'The OIDC provider of the cluster differs',
  help: 'The IAM OIDC provider or its audience is not as the inputs ask for. Run `mode: plan` to see it, `mode: apply` to put it right.',
  weight: 'open',
};
const ROLE: SarifRule = {
  id: 'drift/role',
  short: 'The role of the workload differs',
  help: 'The IAM role or its marks are not as the inputs ask for. Run `mode: plan` to see it, `mode: apply` to put it right.',
  weight: 'open',
};
const TRUST_POLICY: SarifRule = {
  id: 'drift/trust-policy',
  short: 'The trust policy of the role differs',
  help: 'Who may assume the role is not what the inputs ask for. Look at who changed it (CloudTrail: UpdateAssumeRolePolicy), then run `mode: apply`.',
  weight: 'open',
};
const ACCESS_POLICY: SarifRule = {
  id: 'drift/access-policy',
  short: 'The access policy of the role differs',
  help: 'What the role may read is not what the inputs ask for. Look at who changed it (CloudTrail: PutRolePolicy), then run `mode: apply`.',
  weight: 'open',
};
const ASSOCIATION: SarifRule = {
  id: 'drift/association',
  short: 'An association differs',
  help: 'An EKS Pod Identity association is missing, too many, or not as the inputs ask for. Run `mode: plan` to see it, `mode: apply` to put it right.',
  weight: 'open',
};
const HELM_VALUES: SarifRule = {
  id: 'drift/helm-values',
  short: 'Values of the Spaces release differ',
  help: 'A value of the Spaces chart is not as the inputs ask for. Run `mode: plan` to see it, `mode: apply` to put it right.',
  weight: 'open',
};

/** The rule, by the write that would put it right. */
export const RULES_OF_WRITES: Readonly<Record<Operation, SarifRule>> = {
  'create-oidc-provider': OIDC_PROVIDER,
  'add-audience': OIDC_PROVIDER,
  'delete-oidc-provider': OIDC_PROVIDER,
  'create-role': ROLE,
  'delete-role': ROLE,
  'tag-role': ROLE,
  'put-permissions-boundary': {
    id: 'drift/permissions-boundary',
    short: 'The permissions boundary of the role differs',
    help: 'The role has not the boundary that `permissions-boundary` names. Run `mode: plan` to see it, `mode: apply` to put it right.',
    weight: 'open',
  },
  'put-trust-policy': TRUST_POLICY,
  'narrow-trust-policy': TRUST_POLICY,
  'put-inline-policy': ACCESS_POLICY,
  'narrow-inline-policy': ACCESS_POLICY,
  'create-add-on': {
    id: 'drift/agent',
    short: 'The Pod Identity agent is missing',
    help: 'Nothing provides the Pod Identity agent. Run `mode: apply` to add it.',
    weight: 'open',
  },
  'create-association': ASSOCIATION,
  'update-association': ASSOCIATION,
  'delete-association': ASSOCIATION,
  'set-value': HELM_VALUES,
  'upgrade-anew': HELM_VALUES,
  'await-annotation': {
    id: 'drift/annotation',
    short: 'An annotation is waited for',
    help: 'With `annotate: none` the annotation is set by whoever deploys the Space: put the output `helm-values` there.',
    weight: 'open',
  },
  restart: {
    id: 'drift/restart',
    short: 'A controller has to be restarted',
    help: 'A running pod does not carry what a new one would. Run `mode: apply`: it restarts such pods.',
    weight: 'open',
  },
  'await-control-plane': {
    id: 'drift/control-plane',
    short: 'A control plane is not ready',
    help: 'It is served once it is ready: run `mode: apply` again.',
    weight: 'open',
  },
  none: {
    id: 'drift/foreign',
    short: 'Something that this action did not make sits on what it owns',
    help: 'A policy, an association or a mark is there that no input asks for. It is never changed by this action: find out who put it there, and take it away or make it an input.',
    weight: 'open',
  },
};
