/** The kinds of error, told from what kubectl and helm print. */
import { expect, test } from '@jest/globals';
import { errorKindOf, errorText, whyTransient } from '../../src/cluster/stderr.ts';
import { FORBIDDEN, IN_NAMESPACE, UNAUTHORIZED } from './stderr-texts.ts';

test('what kubectl 1.35 and helm 4 say, as kinds of error', () => {
  expect(
    [
      UNAUTHORIZED,
      'error: You must be logged in to the server (Unauthorized)',
      'Error: kubernetes cluster unreachable: the server has asked for the client to provide credentials',
      'Error from server (Forbidden): nodes is forbidden: User "system:anonymous" cannot list resource "nodes" in API group ""',
    ].map(errorKindOf),
  ).toEqual(Array.from({ length: 4 }, () => 'unauthorized'));
  expect(
    [
      FORBIDDEN,
      IN_NAMESPACE,
      'Error: query: failed to query with labels: secrets is forbidden: User "x"',
    ].map(errorKindOf),
  ).toEqual(['forbidden', 'forbidden', 'forbidden']);
  expect(
    [
      'The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?',
      'Unable to connect to the server: dial tcp 10.0.0.1:443: i/o timeout',
      'Unable to connect to the server: dial tcp: lookup abc.eks.amazonaws.com: no such host',
      'Error: kubernetes cluster unreachable: Get "https://x": dial tcp: connect: connection refused',
    ].map(errorKindOf),
  ).toEqual(Array.from({ length: 4 }, () => 'unreachable'));
  expect(errorKindOf('error: the server doesn\'t have a resource type "controlplanes"')).toBe(
    'unknown-resource',
  );
  expect(
    errorKindOf('Unable to connect to the server: tls: failed to verify certificate: x509: unknown'),
  ).toBe('untrusted');
  expect(errorKindOf('Error from server (TooManyRequests): busy')).toBe('throttled');
  expect(errorKindOf('Error from server: etcdserver: leader changed')).toBe('transient');
  expect(errorKindOf('error: unable to find x')).toBe('other');
});

test.each([
  'error: more than one authentication method found for u; found [token basicAuth], only one is allowed',
  'error: client-key-data or client-key must be specified for u to use the clientCert authentication method.',
  'Error in configuration: \n* apiVersion must be specified for u to use exec authentication plugin\n* interactiveMode must be specified for u to use exec authentication plugin',
  'error: specifying a root certificates file with the insecure flag is not allowed',
  `error: invalid 'proxy-url' "ftp://x" for cluster "c": unsupported scheme "ftp", must be http, https, or socks5`,
  'error: requesting uid, groups or user-extra for u without impersonating a user',
  'error: host must be a URL or a host:port pair: "https://exa mple:::"',
  'Unable to connect to the server: invalid character " " in host name',
  'Unable to connect to the server: unsupported protocol scheme "ftp"',
  'Unable to connect to the server: first path segment in URL cannot contain colon',
  // It has asked for a name and a password.
  'error: EOF',
])('%s: a kubeconfig that kubectl 1.35 does not take, and no other attempt helps', (said) => {
  expect(errorKindOf(said)).toBe('kubeconfig');
  expect(whyTransient(said)).toBeUndefined();
});

test.each([
  "error: serializer for text/html doesn't exist",
  "error: invalid character '<' looking for beginning of value",
  'error: unexpected end of JSON input',
  "error: Object 'Kind' is missing in '{}'",
  'Error: query: failed to query with labels: 0-length response with status code: 200 and content type: application/json',
  'Error: kubernetes cluster unreachable: unable to parse the server version: unexpected end of JSON input',
  'error: the server doesn\'t have a resource type "serviceaccounts"',
])('%s: that was not the API server, or not all of it', (said) => {
  expect(errorKindOf(said)).toBe('garbled');
  expect(whyTransient(said)).toEqual({
    why: 'the answer was not one of the API server, or not whole',
    isBusy: false,
  });
});

test('only a busy or restarting API server is worth another attempt, and a list that has to be begun anew', () => {
  expect(
    [
      UNAUTHORIZED,
      FORBIDDEN,
      'connection refused',
      'Too Many Requests',
      'etcdserver: x',
      'Error from server (Expired): The provided continue parameter is too old',
    ].map((said) => whyTransient(said)?.isBusy),
  ).toEqual([undefined, undefined, undefined, true, true, true]);
});

test.each([
  'Unable to connect to the server: EOF',
  'Error: kubernetes cluster unreachable: Get "https://x/version": EOF',
  'Error: query: failed to query with labels: Get "https://x/api/v1/namespaces/s/secrets?labelSelector=a": EOF',
  'Unable to connect to the server: unexpected EOF',
  'Get "https://x": read tcp 10.0.0.2:1->10.0.0.1:443: read: connection reset by peer',
])('a connection that broke off is made again: %s', (said) => {
  expect(whyTransient(said)).toEqual({ why: 'the connection broke off', isBusy: false });
});

test('what helm says of an API server that fails', () => {
  const said =
    'Error: kubernetes cluster unreachable: an error on the server ("unknown") has prevented the request from succeeding';
  expect(whyTransient(said)?.isBusy).toBe(true);
});

test('log lines do not hide what was said; alone, they are all there is', () => {
  const noise =
    'E1124 10:40:57.936047   13513 memcache.go:265] "Unhandled Error" err="couldn\'t get resource list for metrics.k8s.io/v1beta1: the server is currently unable to handle the request"\n';
  expect(errorKindOf(`${noise}error: the server doesn't have a resource type "x"`)).toBe('unknown-resource');
  expect(errorText(`${noise}level=WARN msg="x"\nError: y\n`)).toBe('Error: y');
  expect(errorText(noise)).toBe(noise.trim());
  expect(errorText('x'.repeat(5000))).toHaveLength(2001);
});

test('a log line of several lines is left out as a whole', () => {
  const block =
    'E1127 12:14:45.361997   21694 memcache.go:265] "Unhandled Error" err=<\n\tcouldn\'t get current server API group list: Get "https://x/api": getting credentials: exec: executable aws not found\n\t\n\tIt looks like you are trying to use a client-go credential plugin that is not installed.\n >\n';
  const error = 'Unable to connect to the server: getting credentials: exec: executable aws not found';
  expect(errorText(`${block}${block}${error}\n`)).toBe(error);
  expect(errorText(block)).toBe(block.trim());
});
