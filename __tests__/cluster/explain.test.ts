/** From an error of kubectl or helm to a Failure that says what to do. */
import { expect, test } from '@jest/globals';
import { principalArn } from '../../src/cluster/access-advice.ts';
import { explain } from '../../src/cluster/explain.ts';
import { clusterCaller } from './kubectl/setup.ts';
import { FORBIDDEN, IN_NAMESPACE, UNAUTHORIZED } from './stderr-texts.ts';

const OTHER = { reason: 'rollout-failed', next: 'Look.' } as const;
const explained = (stderr: string, caller = clusterCaller()) =>
  explain('list the pods', stderr, caller, OTHER);

test('401: names who signs in, the role and not its session, and the entry to make', () => {
  const failure = explained(UNAUTHORIZED);
  expect(failure.reason).toBe('cluster-access-denied');
  expect(failure.details.said).toContain('signs in as arn:aws:sts::111122223333:assumed-role/ci-plan/run-1');
  expect(failure.details.next).toContain(
    'aws eks create-access-entry --cluster-name space-prod --principal-arn arn:aws:iam::111122223333:role/ci-plan --kubernetes-groups spaces-workload-identity --region eu-central-1`, then `kubectl apply -f permissions/rbac/plan-irsa.yaml`',
  );
  expect(failure.details.next).toContain('with the path of the role');
});

test('401: the role that was asked for has its path already; a user is itself; a kubeconfig has its own way in', () => {
  const role = 'arn:aws:iam::111122223333:role/ci/ci-plan';
  const known = explained(UNAUTHORIZED, clusterCaller({ roleToAssume: role })).details.next;
  expect(known).toContain(`--principal-arn ${role} `);
  expect(known).not.toContain('with the path');
  const user = 'arn:aws:iam::111122223333:user/alice';
  expect(explained(UNAUTHORIZED, clusterCaller({ arn: user })).details.next).toContain(
    `--principal-arn ${user} `,
  );
  const given = explained(UNAUTHORIZED, clusterCaller({ kubeconfigGiven: true })).details.next;
  expect(given).toContain("kubeconfig's user");
  expect(given).not.toContain('access-entry');
});

test.each([
  [
    'arn:aws:iam::111122223333:role/ci/deep/ci-plan',
    'mapRoles',
    'rolearn: "arn:aws:iam::111122223333:role/ci-plan"',
  ],
  ['arn:aws:iam::111122223333:role/ci-plan', 'mapRoles', 'rolearn: "arn:aws:iam::111122223333:role/ci-plan"'],
  ['arn:aws:iam::111122223333:user/ci/bot', 'mapUsers', 'userarn: "arn:aws:iam::111122223333:user/ci/bot"'],
])('401 of %s where only aws-auth counts: no access entry, which EKS would refuse', (arn, list, entry) => {
  const caller = clusterCaller({ roleToAssume: arn }, { authenticationMode: 'CONFIG_MAP' });
  const { reason, details } = explained(UNAUTHORIZED, caller);
  expect(reason).toBe('cluster-access-denied');
  expect(details.next).toContain('authenticationMode is CONFIG_MAP');
  expect(details.next).toContain(list);
  expect(details.next).toContain(entry);
  expect(details.next).toContain('groups: [spaces-workload-identity]');
  expect(details.next).toContain('update-cluster-config --name space-prod --region eu-central-1');
  expect(details.next).not.toContain('create-access-entry');
});

test.each(['API', 'API_AND_CONFIG_MAP'])('401 in mode %s: an access entry', (authenticationMode) => {
  expect(explained(UNAUTHORIZED, clusterCaller({}, { authenticationMode })).details.next).toContain(
    'create-access-entry',
  );
});

test('403: each refused permission once, in words, with the file that grants it', () => {
  const failure = explained(`${FORBIDDEN}${FORBIDDEN}${IN_NAMESPACE}`);
  expect(failure.reason).toBe('access-denied');
  expect(failure.details.said).toBe(
    'user "arn:aws:sts::1:assumed-role/ci/x" may not list pods in all namespaces; user "ci" may not patch deployments.apps in namespace mxp-1-system',
  );
  expect(failure.details.next).toContain('`kubectl apply -f permissions/rbac/plan-irsa.yaml`');
  const entry = '--cluster-name space-prod --principal-arn arn:aws:iam::111122223333:role/ci-plan';
  expect(failure.details.next).toContain(`aws eks describe-access-entry ${entry} --region eu-central-1`);
  expect(failure.details.next).toContain(
    `aws eks update-access-entry ${entry} --kubernetes-groups spaces-workload-identity --region eu-central-1`,
  );
  expect(explained('x is forbidden: some policy').details.said).toBe('x is forbidden: some policy');
});

test.each([
  ['a kubeconfig', clusterCaller({ kubeconfigGiven: true })],
  ['aws-auth alone', clusterCaller({}, { authenticationMode: 'CONFIG_MAP' })],
])('403 by way of %s: no access entry has the groups', (_way, caller) => {
  const { next } = explained(FORBIDDEN, caller).details;
  expect(next).toMatch(/group spaces-workload-identity, which the user has to be in\.$/);
  expect(next).not.toContain('access-entry');
});

test('403 where the Space is in a namespace of its own: the file has another', () => {
  const { next } = explained(FORBIDDEN, clusterCaller({ otherNamespace: 'spaces' })).details;
  expect(next).toContain(
    '(with `namespace: spaces` in it in place of `namespace: upbound-system`, if the Space is really',
  );
  expect(explained(FORBIDDEN).details.next).not.toContain('upbound-system');
});

test('403 of a role with a path: its own ARN is the entry’s', () => {
  const roleToAssume = 'arn:aws:iam::111122223333:role/ci/ci-plan';
  expect(explained(FORBIDDEN, clusterCaller({ roleToAssume })).details.next).toContain(
    `--principal-arn ${roleToAssume} `,
  );
});

test('out of reach: the reason is looked for in what EKS says of the endpoint', () => {
  const refused = 'Unable to connect to the server: dial tcp 10.0.0.1:443: i/o timeout';
  const closed = explained(refused, clusterCaller({}, { publicAccess: false }));
  expect([closed.reason, closed.details.next]).toEqual([
    'cluster-access-denied',
    expect.stringContaining('is private'),
  ]);
  expect(closed.details.next).toContain('runs-on: self-hosted');
  expect(closed.details.next).toContain('endpointPublicAccess=true,publicAccessCidrs=RUNNER_ADDRESS/32`');
  const narrow = explained(
    refused,
    clusterCaller({}, { publicAccess: true, publicAccessCidrs: ['192.0.2.0/24'] }),
  );
  expect([narrow.reason, narrow.details.next]).toEqual([
    'cluster-access-denied',
    expect.stringContaining('public for 192.0.2.0/24 only'),
  ]);
  // The call replaces the list.
  expect(narrow.details.next).toContain('publicAccessCidrs=192.0.2.0/24,RUNNER_ADDRESS/32`');
  for (const publicAccessCidrs of [['0.0.0.0/0'], []]) {
    const open = explained(refused, clusterCaller({}, { publicAccess: true, publicAccessCidrs }));
    expect([open.reason, open.details.next]).toEqual(['timed-out', expect.stringContaining('HTTPS_PROXY')]);
  }
});

test('an answer that no API server gives: what to look at, and no missing access', () => {
  const garbled = explained('error: unexpected end of JSON input');
  expect(garbled.reason).toBe('timed-out');
  expect(garbled.details.next).toMatch(
    /^What answered is not the API server, or its answer did not come whole/,
  );
  expect(garbled.details.next).toMatch(/Open https:\/\/\S+\/version from this runner with curl/);
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
