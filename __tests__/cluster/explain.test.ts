import { expect, test } from '@jest/globals';
import { explain, gist, isPassing, principalArn, together, troubleOf } from '../../src/cluster/explain.ts';
import { Failure } from '../../src/model/failure.ts';
import { whereabouts } from './kubectl/setup.ts';

const OTHER = { reason: 'rollout-failed', next: 'Look.' } as const;
const explained = (stderr: string, where = whereabouts()) => explain('list the pods', stderr, where, OTHER);

const UNAUTHORIZED =
  'error: You must be logged in to the server (the server has asked for the client to provide credentials)\n';
const FORBIDDEN =
  'Error from server (Forbidden): pods is forbidden: User "arn:aws:sts::1:assumed-role/ci/x" cannot list resource "pods" in API group "" at the cluster scope\n';
const IN_NAMESPACE =
  'deployments.apps "x" is forbidden: User "ci" cannot patch resource "deployments" in API group "apps" in the namespace "mxp-1-system"';

test('what kubectl 1.35 and helm 4 say, as kinds of trouble', () => {
  expect(
    [
      UNAUTHORIZED,
      'error: You must be logged in to the server (Unauthorized)',
      'Error: kubernetes cluster unreachable: the server has asked for the client to provide credentials',
      'Error from server (Forbidden): nodes is forbidden: User "system:anonymous" cannot list resource "nodes" in API group ""',
    ].map(troubleOf),
  ).toEqual(Array.from({ length: 4 }, () => 'unauthorized'));
  expect(
    [
      FORBIDDEN,
      IN_NAMESPACE,
      'Error: query: failed to query with labels: secrets is forbidden: User "x"',
    ].map(troubleOf),
  ).toEqual(['forbidden', 'forbidden', 'forbidden']);
  expect(
    [
      'The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?',
      'Unable to connect to the server: dial tcp 10.0.0.1:443: i/o timeout',
      'Unable to connect to the server: dial tcp: lookup abc.eks.amazonaws.com: no such host',
      'Error: kubernetes cluster unreachable: Get "https://x": dial tcp: connect: connection refused',
    ].map(troubleOf),
  ).toEqual(Array.from({ length: 4 }, () => 'unreachable'));
  expect(troubleOf('error: the server doesn\'t have a resource type "controlplanes"')).toBe(
    'unknown-resource',
  );
  expect(troubleOf('Unable to connect to the server: tls: failed to verify certificate: x509: unknown')).toBe(
    'untrusted',
  );
  expect(troubleOf('Error from server (TooManyRequests): busy')).toBe('throttled');
  expect(troubleOf('Error from server: etcdserver: leader changed')).toBe('passing');
  expect(troubleOf('error: unable to find x')).toBe('other');
});

test('only a busy or restarting API server is worth another try', () => {
  expect(
    [UNAUTHORIZED, FORBIDDEN, 'connection refused', 'Too Many Requests', 'etcdserver: x'].map(isPassing),
  ).toEqual([false, false, false, true, true]);
});

test('log lines do not hide what was said; alone, they are all there is', () => {
  const noise =
    'E1124 10:40:57.936047   13513 memcache.go:265] "Unhandled Error" err="couldn\'t get resource list for metrics.k8s.io/v1beta1: the server is currently unable to handle the request"\n';
  expect(troubleOf(`${noise}error: the server doesn't have a resource type "x"`)).toBe('unknown-resource');
  expect(gist(`${noise}level=WARN msg="x"\nError: y\n`)).toBe('Error: y');
  expect(gist(noise)).toBe(noise.trim());
  expect(gist('x'.repeat(5000))).toHaveLength(2001);
});

test('401: names who signs in, the role and not its session, and the entry to make', () => {
  const failure = explained(UNAUTHORIZED);
  expect(failure.reason).toBe('cluster-access-denied');
  expect(failure.details.said).toContain('signs in as arn:aws:sts::111122223333:assumed-role/ci-plan/run-1');
  expect(failure.details.next).toContain(
    'aws eks create-access-entry --cluster-name space-prod --principal-arn arn:aws:iam::111122223333:role/ci-plan --kubernetes-groups spaces-workload-identity --region eu-central-1; kubectl apply -f permissions/rbac/plan-irsa.yaml',
  );
  expect(failure.details.next).toContain('with the path of the role');
});

test('401: the role that was asked for has its path already; a user is itself; a kubeconfig has its own way in', () => {
  const role = 'arn:aws:iam::111122223333:role/ci/ci-plan';
  const known = explained(UNAUTHORIZED, whereabouts({ roleToAssume: role })).details.next;
  expect(known).toContain(`--principal-arn ${role} `);
  expect(known).not.toContain('with the path');
  const user = 'arn:aws:iam::111122223333:user/alice';
  expect(explained(UNAUTHORIZED, whereabouts({ callerArn: user })).details.next).toContain(
    `--principal-arn ${user} `,
  );
  const given = explained(UNAUTHORIZED, whereabouts({ kubeconfigGiven: true })).details.next;
  expect(given).toContain("kubeconfig's user");
  expect(given).not.toContain('access-entry');
});

test('403: each refused permission once, in words, with the file that grants it', () => {
  const failure = explained(`${FORBIDDEN}${FORBIDDEN}${IN_NAMESPACE}`);
  expect(failure.reason).toBe('access-denied');
  expect(failure.details.said).toBe(
    'user "arn:aws:sts::1:assumed-role/ci/x" may not list pods in all namespaces; user "ci" may not patch deployments.apps in namespace mxp-1-system',
  );
  expect(failure.details.next).toContain('permissions/rbac/plan-irsa.yaml');
  expect(explained('x is forbidden: some policy').details.said).toBe('x is forbidden: some policy');
});

test('out of reach: the reason is looked for in what EKS says of the endpoint', () => {
  const refused = 'Unable to connect to the server: dial tcp 10.0.0.1:443: i/o timeout';
  const closed = explained(refused, whereabouts({}, { publicAccess: false }));
  expect([closed.reason, closed.details.next]).toEqual([
    'cluster-access-denied',
    expect.stringContaining('is private'),
  ]);
  const narrow = explained(
    refused,
    whereabouts({}, { publicAccess: true, publicAccessCidrs: ['192.0.2.0/24'] }),
  );
  expect([narrow.reason, narrow.details.next]).toEqual([
    'cluster-access-denied',
    expect.stringContaining('public for 192.0.2.0/24 only'),
  ]);
  for (const publicAccessCidrs of [['0.0.0.0/0'], []]) {
    const open = explained(refused, whereabouts({}, { publicAccess: true, publicAccessCidrs }));
    expect([open.reason, open.details.next]).toEqual(['timed-out', expect.stringContaining('HTTPS_PROXY')]);
  }
});

test('the rest', () => {
  expect(explained('x509: certificate signed by unknown authority').reason).toBe('cluster-access-denied');
  expect(explained('error: the server doesn\'t have a resource type "x"').reason).toBe('not-a-space');
  expect(explained('Too Many Requests').reason).toBe('throttled');
  expect(explained('etcdserver: x').reason).toBe('throttled');
  expect(explained('what?')).toMatchObject({
    reason: 'rollout-failed',
    details: { said: 'what?', next: 'Look.' },
  });
});

test('the ARN of a role behind a session, in any partition', () => {
  expect(principalArn('arn:aws-cn:sts::111122223333:assumed-role/a.b/c@d')).toBe(
    'arn:aws-cn:iam::111122223333:role/a.b',
  );
  expect(principalArn('arn:aws:iam::111122223333:root')).toBe('arn:aws:iam::111122223333:root');
});

function denied(tried: string, said: string): Failure {
  return new Failure('access-denied', { tried, said, next: 'Apply.' });
}

test('several refusals are told at once; anything else comes first', () => {
  expect(together([denied('a', 'x'), denied('b', 'y'), denied('c', 'y')])).toMatchObject({
    reason: 'access-denied',
    details: { tried: 'a, b, c', said: 'x; y', next: 'Apply.' },
  });
  const other = new Failure('not-a-space', { tried: '', said: '', next: '' });
  expect(together([denied('a', 'x'), other])).toBe(other);
  const defect = new TypeError('x');
  expect(together([defect])).toBe(defect);
});
