/** What helm says when a chart can't be fetched or an upgrade fails: the innermost cause decides. */
import { expect, test } from '@jest/globals';
import { isMissing, loginFailure, pullFailure } from '../../../src/cluster/helm/pull-errors.ts';
import { PASSWORD, request, setup } from './setup.ts';

const credentials = { username: 'robot-account', password: PASSWORD };

test.each([
  [
    'a credential helper of Docker that is missing',
    'Error: error getting credentials - err: exec: "docker-credential-ecr-login": executable file not found in $PATH, out: ``',
    'credential helper of Docker',
  ],
  [
    'a credential helper of Docker that fails',
    'Error: error getting credentials - err: exit status 1, out: `access denied`',
    'credential helper',
  ],
  [
    'a certificate that is not valid yet',
    'Error: Get "https://xpkg.upbound.io/v2/": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-06-27T19:17:56Z is before 2026-06-28T02:19:53Z',
    'clock of the runner',
  ],
  [
    'a proxy that opens TLS',
    'Error: failed to do request: Head "https://xpkg.upbound.io/v2/x/manifests/1.17.1": tls: failed to verify certificate: x509: certificate signed by unknown authority',
    'SSL_CERT_FILE',
  ],
  [
    'a proxy that refuses',
    'Error: failed to do request: Head "https://xpkg.upbound.io/v2/x/manifests/1.17.1": Forbidden',
    'NO_PROXY',
  ],
  [
    'a proxy that wants a sign-in',
    'Error: Get "https://xpkg.upbound.io/v2/": Proxy Authentication Required',
    'NO_PROXY',
  ],
  [
    'a proxy that is not there',
    'Error: Get "https://xpkg.upbound.io/v2/": proxyconnect tcp: dial tcp: lookup proxy: no such host',
    'NO_PROXY',
  ],
  [
    'a page of a proxy',
    'Error: unexpected status from HEAD request: 403 Forbidden: <html><body>blocked</body></html>',
    'NO_PROXY',
  ],
  [
    'a rate limit',
    'Error: GET "https://docker.io/v2/x/manifests/1.17.1": response status code 429: toomanyrequests: You have reached your pull rate limit',
    'run again later',
  ],
])('%s', (_case, stderr, next) => {
  for (const failure of [
    pullFailure('pull', stderr, undefined),
    pullFailure('pull', stderr, credentials),
    loginFailure('sign in', stderr, credentials),
  ]) {
    expect([failure.reason, failure.details.next]).toEqual([
      'chart-unavailable',
      expect.stringContaining(next),
    ]);
    expect(failure.details.said).not.toMatch(/refused|no such chart/);
  }
  expect(isMissing(stderr)).toBe(false);
});

const refused = (stderr: string) => ({ code: 1, stderr });
const UPGRADE = 'Error: UPGRADE FAILED: ';

test.each([
  [
    'rollout-failed',
    'webhook vault.hashicorp.com',
    `${UPGRADE}cannot patch "x" with kind Deployment: Internal error occurred: failed calling webhook "vault.hashicorp.com": failed to call webhook: Post "https://vault.vault.svc:443/mutate": context deadline exceeded`,
  ],
  [
    'access-denied',
    'webhook policy.example',
    `${UPGRADE}pre-upgrade hooks failed: warning: Hook pre-upgrade spaces/job.yaml failed: admission webhook "policy.example" denied the request: no`,
  ],
  [
    'quota-exceeded',
    'ResourceQuota compute',
    `${UPGRADE}failed to create resource: pods "x" is forbidden: exceeded quota: compute, requested: pods=1, used: pods=10, limited: pods=10`,
  ],
  [
    'timed-out',
    "runner's network",
    `${UPGRADE}Kubernetes cluster unreachable: Get "https://abc.eks.amazonaws.com/version": context deadline exceeded`,
  ],
  [
    'cluster-access-denied',
    'clock of the runner',
    `${UPGRADE}Kubernetes cluster unreachable: Get "https://x/version": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-08-19T08:49:32Z is after 2026-08-18T12:02:51Z`,
  ],
  [
    'cluster-access-denied',
    'Install aws',
    `${UPGRADE}Kubernetes cluster unreachable: Get "https://x/version": getting credentials: exec: executable aws not found`,
  ],
  [
    'timed-out',
    'did not become ready in time',
    `${UPGRADE}resource not ready, name: x, kind: Deployment, status: InProgress\ncontext deadline exceeded`,
  ],
])('an upgrade, %s, %j: %s', async (reason, next, stderr) => {
  const { writer } = await setup({ upgrade: refused(stderr) });
  await expect(writer.upgrade(request())).rejects.toMatchObject({
    reason,
    details: { next: expect.stringContaining(next) },
  });
});
