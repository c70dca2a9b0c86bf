/** Real texts of kubectl, helm and client-go: the innermost cause decides the reason and the advice, not the words around it. */
import { describe, expect, test } from '@jest/globals';
import { explain } from '../../src/cluster/explain.ts';
import type { FailureReason } from '../../src/model/failure.ts';
import { clusterCaller } from './kubectl/setup.ts';

const OTHER = { reason: 'internal', next: 'not told' } as const;
const given = clusterCaller({ kubeconfigGiven: true });
const explained = (stderr: string, caller = clusterCaller()) => {
  const { reason, details } = explain('restart a Deployment', stderr, caller, OTHER);
  return { reason, said: details.said, next: details.next };
};

type Row = readonly [reason: FailureReason, next: string, stderr: string];

const PLUG_IN_HELP =
  '\n\nIt looks like you are trying to use a client-go credential plugin that is not installed.\n\nTo learn more about this feature, consult the documentation available at:\n      https://kubernetes.io/docs/reference/access-authn-authz/authentication/#client-go-credential-plugins';

describe('a program that the kubeconfig signs in by', () => {
  const rows: readonly Row[] = [
    [
      'cluster-access-denied',
      'Install aws on the runner',
      `Unable to connect to the server: getting credentials: exec: executable aws not found${PLUG_IN_HELP}`,
    ],
    [
      'cluster-access-denied',
      'Install aws-iam-authenticator on the runner',
      `Error: Kubernetes cluster unreachable: Get "https://abc.eks.amazonaws.com/version": getting credentials: exec: executable aws-iam-authenticator not found${PLUG_IN_HELP}`,
    ],
    [
      'cluster-access-denied',
      'Install aws on the runner',
      'Unable to connect to the server: getting credentials: exec: exec: "aws": executable file not found in $PATH',
    ],
    [
      'cluster-access-denied',
      'aws was started and failed',
      'An error occurred (AccessDenied) when calling the AssumeRole operation: User: x is not authorized\nUnable to connect to the server: getting credentials: exec: executable aws failed with exit code 255',
    ],
    [
      'cluster-access-denied',
      'aws was started and failed',
      'Unable to connect to the server: getting credentials: exec: executable aws failed with exit code 1: dial tcp: i/o timeout',
    ],
    [
      'cluster-access-denied',
      'client.authentication.k8s.io/v1beta1',
      'error: exec plugin: invalid apiVersion "client.authentication.k8s.io/v1alpha1"',
    ],
    [
      'cluster-access-denied',
      'client.authentication.k8s.io/v1beta1',
      'Unable to connect to the server: getting credentials: exec plugin is configured to use API version client.authentication.k8s.io/v1beta1, plugin returned version client.authentication.k8s.io/v1alpha1',
    ],
    [
      'cluster-access-denied',
      'started and failed',
      "Unable to connect to the server: getting credentials: decoding stdout: couldn't get version/kind; json parse error: invalid character 'U'",
    ],
    [
      'cluster-access-denied',
      'started and failed',
      'Unable to connect to the server: getting credentials: exec plugin is configured to use API version client.authentication.k8s.io/v1beta1, plugin returned version client.authentication.k8s.io/__internal',
    ],
    ['cluster-access-denied', 'started and failed', 'error: no Auth Provider found for name "gcp"'],
    ['cluster-access-denied', 'started and failed', 'error: The gcp auth plugin has been removed.'],
  ];
  test.each(rows)('%s, %j: %s', (reason, next, stderr) => {
    expect(explained(stderr, given)).toMatchObject({ reason, next: expect.stringContaining(next) });
  });
});

const ON_A_POD = 'Error from server (Forbidden): error when creating "STDIN": pods "probe" is forbidden: ';

describe('what is refused by a rule of the cluster is not a matter of RBAC', () => {
  const rows: readonly Row[] = [
    [
      'rollout-failed',
      'pod-security.kubernetes.io/enforce',
      `${ON_A_POD}violates PodSecurity "restricted:latest": allowPrivilegeEscalation != false (container "c" must set securityContext.allowPrivilegeEscalation=false)`,
    ],
    [
      'rollout-failed',
      'is being deleted',
      `${ON_A_POD}unable to create new content in namespace mxp-1-system because it is being terminated`,
    ],
    [
      'quota-exceeded',
      'ResourceQuota',
      `${ON_A_POD}exceeded quota: compute, requested: pods=1, used: pods=10, limited: pods=10`,
    ],
    [
      'access-denied',
      'webhook validate.kyverno.svc-fail',
      'Error from server: error when applying patch:\nadmission webhook "validate.kyverno.svc-fail" denied the request: \n\nresource Deployment/mxp-1-system/external-secrets was blocked due to the following policies',
    ],
    [
      'access-denied',
      'webhook policy.example',
      'Error from server (Forbidden): admission webhook "policy.example" denied the request: x509: certificate signed by unknown authority',
    ],
    [
      'access-denied',
      'the message says which',
      `${ON_A_POD}error looking up service account mxp-1-system/external-secrets: serviceaccount "external-secrets" not found`,
    ],
  ];
  test.each(rows)('%s, %j: %s', (reason, next, stderr) => {
    const failure = explained(stderr);
    expect(failure).toMatchObject({ reason, next: expect.stringContaining(next) });
    expect(failure.next).not.toContain('permissions/rbac');
  });
});

test('a restart that an admission policy refuses is not for lack of RBAC: the policy is named, and its words are kept', () => {
  const words =
    "error: failed to patch: deployments.apps \"external-secrets\" is forbidden: ValidatingAdmissionPolicy 'spaces-workload-identity-apply-pod-identity' with binding 'spaces-workload-identity-apply-pod-identity' denied request: this group may restart the controllers of External Secrets only";
  const failure = explained(words);
  expect(failure.reason).toBe('access-denied');
  expect(failure.said).toContain('this group may restart the controllers');
  expect(failure.next).toContain('ValidatingAdmissionPolicy spaces-workload-identity-apply-pod-identity');
  expect(failure.next).not.toContain('kubectl apply');
});

describe('a webhook that can not be called is neither the network of the runner nor a certificate of the API server', () => {
  const failed =
    'Error from server (InternalError): error when creating "STDIN": Internal error occurred: failed calling webhook "vault.hashicorp.com": ';
  test.each([
    `${failed}failed to call webhook: Post "https://vault.vault.svc:443/mutate?timeout=30s": dial tcp 10.96.1.1:443: connect: connection refused`,
    `${failed}Post "https://vault.vault.svc:443/mutate?timeout=30s": context deadline exceeded`,
    `${failed}failed to call webhook: Post "https://vault.vault.svc:443/mutate": x509: certificate signed by unknown authority`,
    `${failed}failed to call webhook: Post "https://vault.vault.svc:443/mutate": no endpoints available for service "vault"`,
    'Error: UPGRADE FAILED: cannot patch "x" with kind Deployment: Internal error occurred: failed calling webhook "vault.hashicorp.com": failed to call webhook: the server could not find the requested resource',
  ])('%s', (stderr) => {
    expect(explained(stderr)).toMatchObject({
      reason: 'rollout-failed',
      next: expect.stringContaining('webhook vault.hashicorp.com'),
    });
  });
});

describe('permissions stay a matter of RBAC', () => {
  test.each([
    'Error from server (Forbidden): pods is forbidden: User "ci" cannot list resource "pods" in API group "" at the cluster scope',
    'error: failed to patch: deployments.apps "x" is forbidden: User "ci" cannot patch resource "deployments" in API group "apps" in the namespace "mxp-1-system"',
    'Error from server (Forbidden): forbidden: User "ci" cannot get path "/.well-known/openid-configuration"',
    'Error: UPGRADE FAILED: roles.rbac.authorization.k8s.io "x" is forbidden: user "ci" (groups=["system:authenticated"]) is attempting to grant RBAC permissions not currently held:\n{APIGroups:[""], Resources:["secrets"], Verbs:["get"]}',
  ])('%s', (stderr) => {
    expect(explained(stderr)).toMatchObject({
      reason: 'access-denied',
      next: expect.stringContaining('`kubectl apply -f permissions/rbac/plan-irsa.yaml`'),
    });
  });
});

describe('TLS', () => {
  const rows: readonly Row[] = [
    [
      'cluster-access-denied',
      'clock of the runner',
      'Unable to connect to the server: tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-06-27T19:17:56Z is before 2026-06-28T02:19:53Z',
    ],
    [
      'cluster-access-denied',
      'clock of the runner',
      'Error: UPGRADE FAILED: Kubernetes cluster unreachable: Get "https://x/version": tls: failed to verify certificate: x509: certificate has expired or is not yet valid: current time 2026-08-19T08:49:32Z is after 2026-08-18T12:02:51Z',
    ],
    [
      'cluster-access-denied',
      'NO_PROXY',
      'Unable to connect to the server: tls: failed to verify certificate: x509: certificate signed by unknown authority',
    ],
    [
      'cluster-access-denied',
      'NO_PROXY',
      'Unable to connect to the server: x509: certificate is valid for proxy.corp, not abc.eks.amazonaws.com',
    ],
  ];
  test.each(rows)('%s, %j: %s', (reason, next, stderr) => {
    expect(explained(stderr)).toMatchObject({ reason, next: expect.stringContaining(next) });
  });

  test('with a kubeconfig of the user, its authority may be the wrong one', () => {
    const stderr = 'Unable to connect to the server: x509: certificate signed by unknown authority';
    expect(explained(stderr, given).next).toContain('certificate-authority-data');
    expect(explained(stderr).next).not.toContain('certificate-authority-data');
  });
});

describe('a proxy that answers in place of the API server', () => {
  /** Then the endpoint is reached through the proxy alone, and its being private explains nothing. */
  const closed = clusterCaller({}, { publicAccess: false });
  test.each([
    'Unable to connect to the server: Forbidden',
    'Unable to connect to the server: Proxy Authentication Required',
    'Unable to connect to the server: Bad Gateway',
    'Unable to connect to the server: proxyconnect tcp: dial tcp 10.0.0.9:3128: connect: connection refused',
    'Error: Kubernetes cluster unreachable: Get "https://abc.eks.amazonaws.com/version": Service Unavailable',
    'Unable to connect to the server: http: server gave HTTP response to HTTPS client',
    'Unable to connect to the server: tls: first record does not look like a TLS handshake',
    'Error from server (Forbidden): <html>blocked</html>',
    'Error: kubernetes cluster unreachable: <html>blocked</html>',
    'E1127 12:14:53.165132   22105 memcache.go:265] "Unhandled Error" err="couldn\'t get current server API group list: Get \\"https://api.example.com/api?timeout=32s\\": proxyconnect tcp: dial tcp 127.0.0.1:39213: connect: connection refused"\nThe connection to the server api.example.com was refused - did you specify the right host or port?',
    'Error from server (InternalError): an error on the server ("<html><body>blocked</body></html>") has prevented the request from succeeding',
  ])('%s', (stderr) => {
    expect(explained(stderr, closed)).toMatchObject({
      reason: 'timed-out',
      next: expect.stringContaining('NO_PROXY'),
    });
    expect(explained(stderr, closed).next).toContain('proxy');
  });
});

describe('a kubeconfig that leads nowhere', () => {
  test.each([
    'error: context "prod" does not exist',
    'Error in configuration: context was not found for specified context: d',
    'Error: kubernetes cluster unreachable: invalid configuration: context was not found for specified context: d',
    'Error: kubernetes cluster unreachable: unable to load root certificates: unable to parse bytes as PEM block',
    'error: error loading config file "/tmp/k": yaml: line 3: mapping values are not allowed in this context',
    'error: tls: failed to find any PEM data in certificate input',
    'Error: Kubernetes cluster unreachable: invalid configuration: no configuration has been provided',
    'error: unable to read certificate-authority /home/me/ca.pem for c due to open /home/me/ca.pem: no such file or directory',
    'The connection to the server localhost:8080 was refused - did you specify the right host or port?',
  ])('%s', (stderr) => {
    expect(explained(stderr, given)).toMatchObject({
      reason: 'invalid-input',
      next: expect.stringContaining('kubeconfig'),
    });
  });
});
