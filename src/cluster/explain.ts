/** What kubectl and helm say on stderr, turned into a Failure that names the next step. */
import { Failure } from '../model/failure.ts';
import type { FailureReason } from '../model/failure.ts';
import type { Cluster } from '../model/world.ts';

/** Who talks to which cluster: what a message must name to be of use. */
export interface Whereabouts {
  readonly cluster: Cluster;
  /** The caller's ARN as STS has it. */
  readonly callerArn: string;
  /** The role that the job was told to assume, when it was: unlike the session's ARN, it has the role's path. */
  readonly roleToAssume?: string;
  /** The user brought a kubeconfig: AWS's access entries may not be what lets it in. */
  readonly kubeconfigGiven: boolean;
  /** The published RBAC of this mode and identity, e.g. `permissions/rbac/plan-irsa.yaml`. */
  readonly permissionsFile: string;
}

type Trouble =
  | 'unauthorized'
  | 'forbidden'
  | 'unreachable'
  | 'untrusted'
  | 'unknown-resource'
  | 'throttled'
  | 'passing'
  | 'other';

/** In the order they are looked for: a refused permission may be wrapped in a text about anything else. */
const TROUBLES: readonly (readonly [Trouble, RegExp])[] = [
  [
    'unauthorized',
    /\bUnauthorized\b|must be logged in to the server|asked for the client to provide credentials|User "system:anonymous" cannot/,
  ],
  ['forbidden', /is forbidden:|\(Forbidden\)|\bcannot \w+ resource\b/],
  ['untrusted', /x509: |certificate signed by unknown authority|tls: failed to verify certificate/],
  [
    'unknown-resource',
    /the server doesn't have a resource type|no matches for kind|could not find the requested resource/,
  ],
  ['throttled', /TooManyRequests|Too Many Requests|too many requests/],
  [
    'passing',
    /etcdserver: |server is currently unable to handle the request|http2: client connection lost|unexpected EOF|connection reset by peer|\(InternalError\)/,
  ],
  [
    'unreachable',
    /connection refused|was refused - did you specify|i\/o timeout|no such host|TLS handshake timeout|Unable to connect to the server|cluster unreachable|no route to host|network is unreachable|context deadline exceeded|Client\.Timeout exceeded|request canceled/,
  ],
];

/** Log lines that kubectl and helm print before they say what is wrong; broken API extensions fill them with other people's errors. */
const CHATTER = /^([EWIF]\d{4} \d\d:|level=(DEBUG|INFO|WARN) |WARNING: )/;

/** What was said, without chatter unless there is nothing else, and of a long text the last 2,000 characters, where the cause is. */
export function gist(text: string): string {
  const spoken = text.split('\n').filter((line) => !CHATTER.test(line));
  const said = spoken.join('\n').trim();
  const kept = said === '' ? text.trim() : said;
  return kept.length > 2_000 ? `…${kept.slice(-2_000)}` : kept;
}

/** What kind of trouble a text of kubectl or helm tells of. */
export function troubleOf(stderr: string): Trouble {
  const said = gist(stderr);
  return TROUBLES.find(([, pattern]) => pattern.test(said))?.[0] ?? 'other';
}

/** Whether asking again soon may help: the API server was busy or being replaced. */
export function isPassing(stderr: string): boolean {
  const trouble = troubleOf(stderr);
  return trouble === 'throttled' || trouble === 'passing';
}

/** The ARN that an access entry wants: of the role, where STS names the session. */
export function principalArn(callerArn: string): string {
  const session = /^arn:([\w-]+):sts::(\d{12}):assumed-role\/([^/]+)\//.exec(callerArn);
  if (session === null) return callerArn;
  const [, partition, account, role] = session;
  return `arn:${partition}:iam::${account}:role/${role}`;
}

function howToEnter(where: Whereabouts): string {
  const { cluster, permissionsFile } = where;
  if (where.kubeconfigGiven) {
    return `Check that the kubeconfig's user may sign in to the cluster and is bound to group spaces-workload-identity with ${permissionsFile}.`;
  }
  const arn = where.roleToAssume ?? principalArn(where.callerArn);
  const path =
    where.roleToAssume === undefined && arn !== where.callerArn
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
function whyUnreachable({ cluster }: Whereabouts): { readonly reason: FailureReason; readonly next: string } {
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
  where: Whereabouts,
  other: { readonly reason: FailureReason; readonly next: string },
): Failure {
  const said = gist(stderr);
  const trouble = troubleOf(stderr);
  switch (trouble) {
    case 'unauthorized':
      return new Failure('cluster-access-denied', {
        tried,
        said: `${said} (the job signs in as ${where.callerArn})`,
        next: howToEnter(where),
      });
    case 'forbidden': {
      const parsed = denials(stderr);
      return new Failure('access-denied', {
        tried,
        said: parsed.length === 0 ? said : parsed.join('; '),
        next: `Apply ${where.permissionsFile} to the cluster and see that the user is in group spaces-workload-identity.`,
      });
    }
    case 'untrusted':
      return new Failure('cluster-access-denied', {
        tried,
        said,
        next: `Something between the runner and ${where.cluster.endpoint} answers with a certificate that the cluster's authority did not sign, such as a proxy that opens TLS. Take the endpoint out of its reach (NO_PROXY).`,
      });
    case 'unknown-resource':
      return new Failure('not-a-space', {
        tried,
        said,
        next: `The cluster ${where.cluster.name} does not know the resources of Upbound Spaces. Name the EKS cluster that the Space runs on, not a control plane.`,
      });
    case 'unreachable':
      return new Failure(whyUnreachable(where).reason, { tried, said, next: whyUnreachable(where).next });
    case 'throttled':
    case 'passing':
      return new Failure('throttled', {
        tried,
        said,
        next: 'The API server is busy or restarting. Run again later.',
      });
    case 'other':
      return new Failure(other.reason, { tried, said, next: other.next });
  }
}

/** Several permissions refused at once, as one Failure that lists them all; else the first failure as it is. */
export function together(errors: readonly unknown[]): unknown {
  const denied = errors.filter((error) => error instanceof Failure && error.reason === 'access-denied');
  const failures = denied.filter((error) => error instanceof Failure);
  const [first] = failures;
  if (first === undefined || failures.length !== errors.length) {
    return errors.find((error) => !denied.includes(error)) ?? errors[0];
  }
  const tried = failures.map(({ details }) => details.tried).join(', ');
  const said = [...new Set(failures.map(({ details }) => details.said))].join('; ');
  return new Failure('access-denied', { tried, said, next: first.details.next });
}
