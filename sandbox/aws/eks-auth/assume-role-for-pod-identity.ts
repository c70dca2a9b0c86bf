/** AssumeRoleForPodIdentity: what the Pod Identity Agent asks for a pod. */
import { randomUUID } from 'node:crypto';
import { z } from 'zod';
import { permittedCluster } from '../eks/access.ts';
import type { Association, Cluster } from '../eks/model.ts';
import { ServiceError } from '../errors.ts';
import type { Role } from '../iam/model.ts';
import { operation, type Operations } from '../operation.ts';
import { type Context, evaluateTrust } from '../policy/evaluate.ts';
import { requestTags } from '../principal-policies.ts';
import { accountOf, signersTime, type State } from '../state.ts';
import { mayAssume } from '../sts/assume-role.ts';
import { visibleRole } from '../sts/session-inputs.ts';
import { issueSession } from '../sts/sessions.ts';
import { type PodSubject, verifyPodToken } from './pod-token.ts';

const podsService = 'pods.eks.amazonaws.com';

/** How long the agent has credentials: 6 hours, with a target role 59 minutes (EKS user guide, target IAM roles). */
const sessionSeconds = 6 * 3600;
const targetSeconds = 59 * 60;

const refused = (): ServiceError =>
  new ServiceError(
    'AccessDenied',
    'Unauthorized Exception! EKS does not have permissions to assume the associated role.',
  );

/** The six session tags that EKS sends. */
function sessionTags(cluster: Cluster, subject: PodSubject): Record<string, string> {
  return {
    'eks-cluster-arn': cluster.arn,
    'eks-cluster-name': cluster.name,
    'kubernetes-namespace': subject.namespace,
    'kubernetes-service-account': subject.serviceAccount,
    'kubernetes-pod-name': subject.podName,
    'kubernetes-pod-uid': subject.podUid,
  };
}

/** The role as the trust policy lets the Pod Identity service take it for this cluster, with these tags; or the refusal. */
function trustedRole(state: State, cluster: Cluster, roleArn: string, tags: Record<string, string>): Role {
  const role = visibleRole(state, roleArn);
  const tagged = Object.keys(tags).length > 0;
  const context: Context = {
    ...requestTags(tags),
    ...(tagged ? { 'sts:TransitiveTagKeys': Object.keys(tags) } : {}),
    'aws:CurrentTime': new Date(state.now()).toISOString(),
    // The cluster, not the association.
    'aws:SourceArn': cluster.arn,
    'aws:SourceAccount': state.account,
    'aws:PrincipalIsAWSService': 'true',
    'aws:PrincipalServiceName': podsService,
    'aws:SecureTransport': 'true',
  };
  const request = { principal: podsService, account: state.account, resource: roleArn, context };
  const actions = ['sts:AssumeRole', ...(tagged ? ['sts:TagSession'] : [])];
  const trusted =
    role !== undefined &&
    actions.every((action) => evaluateTrust({ ...request, action }, role.trustPolicy) === 'Allowed');
  if (!trusted) throw refused();
  return role;
}

/** Session names look like eks-CLUSTER-POD-UUID and must fit in 64 characters. */
function sessionName(cluster: Cluster, subject: PodSubject): string {
  const uuid = randomUUID();
  return `${`eks-${cluster.name}-${subject.podName}`.slice(0, 63 - uuid.length)}-${uuid}`;
}

function startSession(state: State, cluster: Cluster, association: Association, subject: PodSubject) {
  const tags = association.disableSessionTags ? {} : sessionTags(cluster, subject);
  const { targetRoleArn, externalId, policy } = association;
  const common = {
    sessionName: sessionName(cluster, subject),
    durationSeconds: sessionSeconds,
    sessionTags: tags,
  };
  const transitive = { transitiveTagKeys: Object.keys(tags) };
  const policies = policy === undefined ? {} : { sessionPolicies: [policy] };
  const role = trustedRole(state, cluster, association.roleArn, tags);
  if (targetRoleArn === undefined)
    return issueSession(state, { ...common, ...transitive, ...policies, role });
  // The first role assumes the target; a session policy narrows the target only.
  const first = issueSession(state, { ...common, ...transitive, role });
  const home = accountOf(state, targetRoleArn);
  const target = home && visibleRole(home, targetRoleArn);
  const context = {
    ...requestTags(tags),
    ...(externalId === undefined ? {} : { 'sts:ExternalId': externalId }),
  };
  const actions = ['sts:AssumeRole', ...(association.disableSessionTags ? [] : ['sts:TagSession'])];
  const allowed =
    home !== undefined &&
    target !== undefined &&
    actions.every((action) => mayAssume(state, first.principal, target, action, context));
  if (!allowed) throw refused();
  const session = { ...common, ...transitive, ...policies, role: target, durationSeconds: targetSeconds };
  return issueSession(home, session);
}

export const eksAuthOperations: Operations = {
  AssumeRoleForPodIdentity: operation(
    z.looseObject({ clusterName: z.string(), token: z.string().min(1) }),
    async (input, call) => {
      const { state } = call;
      const cluster = permittedCluster(call, 'eks-auth:AssumeRoleForPodIdentity', input.clusterName);
      const subject = await verifyPodToken(cluster, input.token, signersTime(state));
      const { namespace, serviceAccount } = subject;
      const association = state.eks.association(cluster.name, namespace, serviceAccount);
      if (association === undefined) {
        throw new ServiceError(
          'ResourceNotFoundException',
          `No association found for service account ${serviceAccount} in namespace ${namespace}`,
          404,
        );
      }
      const session = startSession(state, cluster, association, subject);
      const { associationArn, associationId } = association;
      return {
        subject: { namespace, serviceAccount },
        audience: podsService,
        podIdentityAssociation: { associationArn, associationId },
        assumedRoleUser: { arn: session.principal.arn, assumeRoleId: session.principal.userId },
        credentials: {
          sessionToken: session.sessionToken,
          secretAccessKey: session.secretAccessKey,
          accessKeyId: session.accessKeyId,
          expiration: session.expiration,
        },
      };
    },
  ),
};
