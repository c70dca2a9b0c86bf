/** Turns what kubectl and helm print on stderr into a Failure that names the next step. */
import { Failure } from '../model/failure.ts';
import type { FailureReason } from '../model/failure.ts';
import type { Cluster } from '../model/world.ts';
import { errorKindOf, errorText } from './stderr.ts';

/** Who calls which cluster, and what lets the caller in: an error message names them. */
export interface ClusterCaller {
  readonly cluster: Cluster;
  /** As STS has it: of a session, when the job assumed a role. */
  readonly arn: string;
  /** The role that the job was told to assume, when it was: unlike the session's ARN, it has the role's path. */
  readonly roleToAssume?: string;
  /** The user gave a kubeconfig: then an access entry of EKS may not be what lets the job in. */
  readonly kubeconfigGiven: boolean;
  /** The published RBAC of this mode and identity, e.g. `permissions/rbac/plan-irsa.yaml`. */
  readonly permissionsFile: string;
}

/** The ARN that an access entry of EKS takes: the role's, where STS names the session. */
export function principalArn(callerArn: string): string {
  const session = /^arn:([\w-]+):sts::(\d{12}):assumed-role\/([^/]+)\//.exec(callerArn);
  if (session === null) return callerArn;
  const [, partition, account, role] = session;
  return `arn:${partition}:iam::${account}:role/${role}`;
}

function howToGetAccess(caller: ClusterCaller): string {
  const { cluster, permissionsFile } = caller;
  if (caller.kubeconfigGiven) {
    return `Check that the kubeconfig's user may sign in to the cluster and is bound to group spaces-workload-identity with ${permissionsFile}.`;
  }
  const arn = caller.roleToAssume ?? principalArn(caller.arn);
  const path =
    caller.roleToAssume === undefined && arn !== caller.arn
      ? ' (with the path of the role, if it has one)'
      : '';
  return (
    `Let the job's principal${path} into the cluster and give its group the permissions: ` +
    `aws eks create-access-entry --cluster-name ${cluster.name} --principal-arn ${arn} ` +
    `--kubernetes-groups spaces-workload-identity --region ${cluster.region}; kubectl apply -f ${permissionsFile}. ` +
    'A new entry takes some seconds to work.'
  );
}

const DENIAL =
  /User "([^"]*)" cannot (\w+) resource "([^"]*)"(?: in API group "([^"]*)")?(?: in the namespace "([^"]*)")?/g;

/** Each refused permission in words, once. */
function denials(stderr: string): readonly string[] {
  const found = [...stderr.matchAll(DENIAL)].map(([, user, verb, resource, group, namespace]) => {
    const name = group === undefined || group === '' ? resource : `${resource}.${group}`;
    const scope = namespace === undefined ? 'in all namespaces' : `in namespace ${namespace}`;
    return `user "${user}" may not ${verb} ${name} ${scope}`;
  });
  return [...new Set(found)];
}

/** Why the API server may be out of reach, from what EKS says of its endpoint. */
function whyUnreachable({ cluster }: ClusterCaller): {
  readonly reason: FailureReason;
  readonly next: string;
} {
  if (!cluster.publicAccess) {
    const next = `The endpoint of ${cluster.name} is private (endpointPublicAccess is false): run the job on a runner inside its VPC or a connected network.`;
    return { reason: 'cluster-access-denied', next };
  }
  const cidrs = cluster.publicAccessCidrs;
  if (cidrs.length > 0 && !cidrs.includes('0.0.0.0/0')) {
    const next = `The endpoint of ${cluster.name} is public for ${cidrs.join(', ')} only (publicAccessCidrs): run the job on a runner with such an address, or add the runner's.`;
    return { reason: 'cluster-access-denied', next };
  }
  const next = `The endpoint of ${cluster.name} is public, so look at the runner's network: proxy (HTTPS_PROXY, NO_PROXY), firewall, DNS. Then run again.`;
  return { reason: 'timed-out', next };
}

/** The Failure for a kubectl or helm call that went wrong at the API server; `other` when the text says nothing we know. */
export function explain(
  tried: string,
  stderr: string,
  caller: ClusterCaller,
  other: { readonly reason: FailureReason; readonly next: string },
): Failure {
  const said = errorText(stderr);
  switch (errorKindOf(stderr)) {
    case 'unauthorized':
      return new Failure('cluster-access-denied', {
        tried,
        said: `${said} (the job signs in as ${caller.arn})`,
        next: howToGetAccess(caller),
      });
    case 'forbidden': {
      const parsed = denials(stderr);
      return new Failure('access-denied', {
        tried,
        said: parsed.length === 0 ? said : parsed.join('; '),
        next: `Apply ${caller.permissionsFile} to the cluster and see that the user is in group spaces-workload-identity.`,
      });
    }
    case 'untrusted':
      return new Failure('cluster-access-denied', {
        tried,
        said,
        next: `Something between the runner and ${caller.cluster.endpoint} answers with a certificate that the cluster's authority did not sign, such as a proxy that opens TLS. Take the endpoint out of its reach (NO_PROXY).`,
      });
    case 'unknown-resource':
      return new Failure('not-a-space', {
        tried,
        said,
        next: `The cluster ${caller.cluster.name} does not know the resources of Upbound Spaces. Name the EKS cluster that the Space runs on, not a control plane.`,
      });
    case 'unreachable': {
      const { reason, next } = whyUnreachable(caller);
      return new Failure(reason, { tried, said, next });
    }
    case 'throttled':
    case 'transient':
      return new Failure('throttled', {
        tried,
        said,
        next: 'The API server is busy or restarting. Run again later.',
      });
    case 'other':
      return new Failure(other.reason, { tried, said, next: other.next });
  }
}
