/** The sign-in tokens of EKS (`k8s-aws-v1.…`): checked as its authenticator does, and mapped by access entries. */
import { findKey } from './authenticate.ts';
import type { Principal } from './principals.ts';
import { parseScope, parseTime, sha256, signatureMatches } from './sigv4.ts';
import type { State } from './state.ts';

/** Who the bearer of a sign-in token is inside a cluster. */
export interface ClusterUser {
  username: string;
  groups: string[];
  /** ARN of the user or assumed role that signed. */
  arn: string;
}

const prefix = 'k8s-aws-v1.';
const maxTokenBytes = 4096;
const maxAgeMs = 15 * 60_000;
const clusterHeader = 'x-k8s-aws-id';
const allowedKeys = new Set([
  'action',
  'version',
  'x-amz-algorithm',
  'x-amz-credential',
  'x-amz-date',
  'x-amz-expires',
  'x-amz-security-token',
  'x-amz-signature',
  'x-amz-signedheaders',
]);
/** STS host names by partition: regional, FIPS and dual-stack; the global one in `aws` only. */
const stsHosts: Record<string, RegExp> = {
  aws: /^sts(-fips)?(\.[a-z]{2}-[a-z]+-\d)?\.amazonaws\.com$|^sts\.[a-z]{2}-[a-z]+-\d\.api\.aws$/,
  'aws-cn': /^sts\.cn-[a-z]+-\d\.(amazonaws\.com\.cn|api\.amazonwebservices\.com\.cn)$/,
  'aws-us-gov': /^sts\.us-gov-[a-z]+-\d\.(amazonaws\.com|api\.aws)$/,
};

function parseUrl(token: string): URL | undefined {
  if (Buffer.byteLength(token) > maxTokenBytes || !token.startsWith(prefix)) return undefined;
  const encoded = token.slice(prefix.length);
  // Base64url without padding, as the server's decoder demands.
  if (!/^[\w-]+$/.test(encoded)) return undefined;
  const text = Buffer.from(encoded, 'base64url').toString('utf8');
  return URL.canParse(text) ? new URL(text) : undefined;
}

/** The query by lower-case name, or undefined when a name is foreign or comes twice. */
function readQuery(url: URL): Map<string, string> | undefined {
  const query = new Map<string, string>();
  for (const [name, value] of url.searchParams) {
    const key = name.toLowerCase();
    if (!allowedKeys.has(key) || query.has(key)) return undefined;
    query.set(key, value);
  }
  return query;
}

function isStsUrl(url: URL, partition: string): boolean {
  const host = stsHosts[partition];
  return (
    url.protocol === 'https:' &&
    url.pathname === '/' &&
    url.port === '' &&
    (host?.test(url.hostname) ?? false)
  );
}

function signerOf(
  state: State,
  url: URL,
  query: Map<string, string>,
  clusterId: string,
): Principal | undefined {
  const scope = parseScope(query.get('x-amz-credential') ?? '');
  const signedHeaders = (query.get('x-amz-signedheaders') ?? '').split(';');
  const time = query.get('x-amz-date') ?? '';
  const expires = Number(query.get('x-amz-expires') ?? Number.NaN);
  const age = state.now() - parseTime(time);
  const sound =
    scope?.service === 'sts' &&
    query.get('action') === 'GetCallerIdentity' &&
    ['host', clusterHeader].every((name) => signedHeaders.includes(name)) &&
    expires >= 0 &&
    expires <= 900 &&
    // The server goes by the date, whatever X-Amz-Expires says.
    age < maxAgeMs &&
    age > -maxAgeMs;
  if (!sound) return undefined;
  const key = findKey(state, scope.accessKeyId, query.get('x-amz-security-token'));
  const signed = {
    scope,
    time,
    signedHeaders,
    signature: query.get('x-amz-signature') ?? '',
    method: 'GET',
    path: '/',
    query: [...url.searchParams].filter(([name]) => name.toLowerCase() !== 'x-amz-signature'),
    headers: { host: url.host, [clusterHeader]: clusterId },
    payloadHash: sha256(''),
  };
  return signatureMatches(signed, key.secretAccessKey) ? key.principal : undefined;
}

/**
 * Checks a sign-in token as the authenticator of an EKS cluster does, recomputing the signature with the principal's
 * secret where the real one asks STS, and looks the principal up among the access entries.
 */
export function verifyClusterToken(
  state: State,
  clusterName: string,
  token: string,
): ClusterUser | undefined {
  const cluster = state.eks.clusters.get(clusterName);
  const url = parseUrl(token);
  if (cluster === undefined || url === undefined || !isStsUrl(url, state.partition)) return undefined;
  const query = readQuery(url);
  const principal = query && trySigner(() => signerOf(state, url, query, cluster.id ?? cluster.name));
  if (principal === undefined) return undefined;
  // Then EKS looks at ConfigMap `aws-auth` alone, which this account has none of.
  if (cluster.authenticationMode === 'CONFIG_MAP') return undefined;
  const entry = cluster.accessEntries.get(principal.type === 'User' ? principal.arn : principal.roleArn);
  if (entry === undefined) return undefined;
  const session = principal.arn.split('/').at(-1) ?? '';
  return {
    username: entry.username.replaceAll('{{SessionName}}', session),
    groups: entry.groups,
    arn: principal.arn,
  };
}

/** Unknown and expired keys are errors of STS; to the cluster they are just not somebody. */
function trySigner(find: () => Principal | undefined): Principal | undefined {
  try {
    return find();
  } catch {
    return undefined;
  }
}
