/** Turns what kubectl and helm print on stderr into a Failure that names the next step. */
import { type Advice, Failure } from '../model/failure.ts';
import type { Cluster } from '../model/world.ts';
import {
  adviseOnCertificate,
  adviseOnClock,
  adviseOnGarbled,
  adviseOnPlugIn,
  adviseOnProxy,
  howToGetAccess,
  howToGetGroups,
  whyUnreachable,
} from './access-advice.ts';
import { adviseOnRefusedObject } from './refused-object.ts';
import { type ErrorKind, errorKindOf, errorText } from './stderr.ts';

/** Who calls which cluster, and what lets the caller in: an error message names them. */
export interface ClusterCaller {
  readonly cluster: Cluster;
  /** The ARN that STS gives: that of a session, when the job assumed a role. */
  readonly arn: string;
  /** The role that the job was told to assume, when it was: unlike the session's ARN, it has the role's path. */
  readonly roleToAssume?: string;
  /** The user gave a kubeconfig: then an access entry of EKS may not be what lets the job in. */
  readonly kubeconfigGiven: boolean;
  /** The published RBAC of this mode and identity, e.g. `permissions/rbac/plan-irsa.yaml`. */
  readonly permissionsFile: string;
  /** Where the Space is said to be, when that is not the namespace of that file. */
  readonly otherNamespace?: string;
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

/** The Failure for a right that RBAC does not give to the job. */
export function lacksPermission(tried: string, said: string, caller: ClusterCaller): Failure {
  const { permissionsFile, otherNamespace } = caller;
  const changed =
    otherNamespace === undefined
      ? ''
      : ` (with \`namespace: ${otherNamespace}\` in it in place of \`namespace: upbound-system\`, if the Space is really where \`helm-namespace\` says; \`kubectl get deployments --all-namespaces --field-selector metadata.name=spaces-controller\` shows where it is)`;
  const next = `Give the job its rights, as an administrator of the cluster: \`kubectl apply -f ${permissionsFile}\`${changed}. They are those of group spaces-workload-identity, which the user has to be in${howToGetGroups(caller)}.`;
  return new Failure('access-denied', { tried, said, next });
}

/** The Failure for a kubectl or helm call that went wrong at the API server; `other` when the text says nothing we know. */
export function explain(tried: string, stderr: string, caller: ClusterCaller, other: Advice): Failure {
  const said = errorText(stderr);
  const kind = errorKindOf(stderr);
  if (kind === 'unauthorized') {
    return new Failure('cluster-access-denied', {
      tried,
      said: `${said} (the job signs in as ${caller.arn})`,
      next: howToGetAccess(caller),
    });
  }
  if (kind === 'forbidden') {
    const parsed = denials(stderr);
    return lacksPermission(tried, parsed.length === 0 ? said : parsed.join('; '), caller);
  }
  const { reason, next } = kind === 'other' ? other : adviceOn(kind, said, caller);
  return new Failure(reason, { tried, said, next });
}

function adviceOn(
  kind: Exclude<ErrorKind, 'unauthorized' | 'forbidden' | 'other'>,
  said: string,
  caller: ClusterCaller,
): Advice {
  switch (kind) {
    case 'plug-in':
      return { reason: 'cluster-access-denied', next: adviseOnPlugIn(said) };
    case 'webhook':
    case 'refused':
      return adviseOnRefusedObject(said);
    case 'clock':
      return { reason: 'cluster-access-denied', next: adviseOnClock(said) };
    case 'untrusted':
      return { reason: 'cluster-access-denied', next: adviseOnCertificate(caller) };
    case 'kubeconfig':
      return {
        reason: caller.kubeconfigGiven ? 'invalid-input' : 'cluster-access-denied',
        next: 'Check the kubeconfig of this job, and `kube-context`: `kubectl get namespaces` with both must work on this runner. Files that the kubeconfig names must lie on the runner too.',
      };
    case 'proxy':
      return { reason: 'timed-out', next: adviseOnProxy(caller) };
    case 'garbled':
      return { reason: 'timed-out', next: adviseOnGarbled(caller) };
    case 'unknown-resource':
      return {
        reason: 'not-a-space',
        next: `The cluster ${caller.cluster.name} does not know the resources of Upbound Spaces. Name the EKS cluster that the Space runs on, not a control plane.`,
      };
    case 'unreachable':
      return whyUnreachable(caller);
    case 'throttled':
    case 'transient':
      return { reason: 'throttled', next: 'The API server is busy or restarting. Run again later.' };
  }
}
