/** What EKS checks before it takes an association. */
import type { Call } from '../operation.ts';
import { asList, statementsOf } from '../policy/documents.ts';
import { matchesPattern } from '../policy/wildcards.ts';
import { visibleRole } from '../sts/session-inputs.ts';
import { ServiceError } from '../errors.ts';
import { invalidParameter } from './access.ts';
import { validateIdentityPolicy } from '@cloud-copilot/iam-policy';

const podsService = 'pods.eks.amazonaws.com';

/** Whether a trust policy names the Pod Identity service with both actions. Conditions are not looked at here, as in EKS. */
function trustsPods(trustPolicy: string): boolean {
  const actions = statementsOf(trustPolicy)
    .filter(({ Effect, Principal }) => Effect === 'Allow' && namesPods(Principal))
    .flatMap((statement) => asList(statement.Action));
  return ['sts:AssumeRole', 'sts:TagSession'].every((needed) =>
    actions.some((pattern) => matchesPattern(pattern, needed)),
  );
}

function namesPods(principal: unknown): boolean {
  if (principal === '*') return true;
  if (typeof principal !== 'object' || principal === null || !('Service' in principal)) return false;
  return asList(principal.Service).includes(podsService);
}

/** Checks the role of an association as EKS does when it is made: account, existence (after propagation), trust. */
export function checkAssociationRole(call: Call, clusterName: string, roleArn: string): void {
  if (roleArn.split(':')[4] !== call.state.account) {
    throw invalidParameter('Cross-account pass role is not allowed.', clusterName);
  }
  const role = visibleRole(call.state, roleArn);
  if (role === undefined) throw invalidParameter('Role provided in the request does not exist', clusterName);
  if (!trustsPods(role.trustPolicy))
    throw invalidParameter('Trust policy of the role provided is invalid', clusterName);
}

/** Characters of a session policy as given, white space too: STS's limit, with which EKS takes the role. */
const sessionPolicyQuota = 2048;

/** A session policy goes only with session tags off, has a limit, and must be a sound permission policy. */
export function checkSessionPolicy(
  clusterName: string,
  policy: string | undefined,
  disableSessionTags: boolean,
): void {
  if (policy === undefined) return;
  if (!disableSessionTags) {
    throw invalidParameter('A policy can be given only when session tags are disabled', clusterName);
  }
  if (policy.length > sessionPolicyQuota) {
    throw invalidParameter(
      `The policy provided is longer than ${sessionPolicyQuota} characters`,
      clusterName,
    );
  }
  if (!isPermissionPolicy(policy)) throw invalidParameter('The policy provided is invalid', clusterName);
}

function isPermissionPolicy(policy: string): boolean {
  try {
    return validateIdentityPolicy(JSON.parse(policy)).length === 0;
  } catch {
    return false;
  }
}

/** Refuses a second association of one service account, and one too soon after the last was deleted. */
export function checkFree(call: Call, clusterName: string, namespace: string, serviceAccount: string): void {
  const { eks, settings } = call.state;
  const inUse = (id: string): ServiceError =>
    new ServiceError('ResourceInUseException', `Association already exists: ${id}`, 409, { clusterName });
  const present = eks.association(clusterName, namespace, serviceAccount);
  if (present !== undefined) throw inUse(present.associationId);
  const deleted = eks.cluster(clusterName).deleted.get(`${namespace}/${serviceAccount}`);
  if (deleted !== undefined && call.state.now() - deleted.at < settings.deletionMs)
    throw inUse(deleted.association.associationId);
  if (eks.cluster(clusterName).associations.size >= settings.associationQuota) {
    const message = `Cluster ${clusterName} has reached the limit of ${settings.associationQuota} pod identity associations`;
    throw new ServiceError('ResourceLimitExceededException', message, 400, { clusterName });
  }
}
