/** What goes wrong on the way to AWS: every code of Node has a reason, and an advice for its kind. */
import dns from 'node:dns';
import { createServer } from 'node:http';
import { DescribeClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import { GetRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { expect, test } from '@jest/globals';
import { errors } from 'undici';
import { required } from '../../../src/aws/client/api-values.ts';
import { awsFailure } from '../../../src/aws/client/aws-failure.ts';
import { failureOf } from '../fakes.ts';

const call = { tried: 'read role r', action: 'iam:GetRole', on: 'role r' };
const explained = (code: string, message = 'x') => {
  const { reason, details } = awsFailure(Object.assign(new Error(message), { code }), call);
  return { reason, next: details.next };
};

/** Node documentation, `tls`, "X509 certificate error codes". */
const X509 =
  'UNABLE_TO_GET_ISSUER_CERT UNABLE_TO_GET_CRL UNABLE_TO_DECRYPT_CERT_SIGNATURE UNABLE_TO_DECRYPT_CRL_SIGNATURE UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY CERT_SIGNATURE_FAILURE CRL_SIGNATURE_FAILURE ERROR_IN_CERT_NOT_BEFORE_FIELD ERROR_IN_CERT_NOT_AFTER_FIELD ERROR_IN_CRL_LAST_UPDATE_FIELD ERROR_IN_CRL_NEXT_UPDATE_FIELD OUT_OF_MEM DEPTH_ZERO_SELF_SIGNED_CERT SELF_SIGNED_CERT_IN_CHAIN UNABLE_TO_GET_ISSUER_CERT_LOCALLY UNABLE_TO_VERIFY_LEAF_SIGNATURE CERT_CHAIN_TOO_LONG CERT_REVOKED INVALID_CA PATH_LENGTH_EXCEEDED INVALID_PURPOSE CERT_UNTRUSTED CERT_REJECTED HOSTNAME_MISMATCH UNSPECIFIED ERR_TLS_CERT_ALTNAME_INVALID'.split(
    ' ',
  );

test.each(X509)('%s: the certificate', (code) => {
  expect(explained(code)).toEqual({
    reason: 'timed-out',
    next: expect.stringContaining('NODE_EXTRA_CA_CERTS'),
  });
});

test.each(['CERT_NOT_YET_VALID', 'CERT_HAS_EXPIRED', 'CRL_NOT_YET_VALID', 'CRL_HAS_EXPIRED'])(
  '%s: the clock of the runner comes first',
  (code) => {
    expect(explained(code)).toEqual({
      reason: 'timed-out',
      next: expect.stringContaining('Check the clock of the runner'),
    });
  },
);

test.each([
  'EPROTO',
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION',
  'ERR_OSSL_PEM_NO_START_LINE',
  'ERR_TLS_HANDSHAKE_TIMEOUT',
])('%s: TLS', (code) => {
  expect(explained(code)).toEqual({
    reason: 'timed-out',
    next: expect.stringContaining('does not speak TLS'),
  });
});

/** Those of ares say that the caller is wrong, or stand for no failure. */
const DNS_CODES = Object.values<unknown>({ ...dns })
  .filter((value) => typeof value === 'string')
  .filter((value) => /^E[A-Z]+$/.test(value));
const UNDICI_CODES = [
  errors.ConnectTimeoutError,
  errors.HeadersTimeoutError,
  errors.HeadersOverflowError,
  errors.BodyTimeoutError,
  errors.SocketError,
  errors.ClientDestroyedError,
  errors.ClientClosedError,
  errors.InformationalError,
  errors.RequestAbortedError,
  errors.ResponseContentLengthMismatchError,
].map((Class) => new Class('x').code);
const SYSTEM_CODES =
  'ECONNREFUSED ECONNRESET ECONNABORTED EHOSTDOWN EHOSTUNREACH ENETDOWN ENETRESET ENETUNREACH ETIMEDOUT EPIPE EADDRNOTAVAIL EADDRINUSE ENOBUFS ENOTCONN EAI_AGAIN EAI_FAIL EAI_NODATA HPE_INVALID_CONSTANT HPE_HEADER_OVERFLOW ERR_PROXY_TUNNEL ERR_PROXY_INVALID_CONFIG ERR_SOCKET_CLOSED ERR_STREAM_PREMATURE_CLOSE'.split(
    ' ',
  );

test('there are codes to look at', () => {
  expect(DNS_CODES.length).toBeGreaterThan(20);
});

test.each([...new Set([...DNS_CODES, ...UNDICI_CODES, ...SYSTEM_CODES])])('%s: no answer', (code) => {
  expect(explained(code)).toEqual({ reason: 'timed-out', next: expect.stringContaining('No answer') });
});

test.each([
  ['ENOENT', 'sign-in-denied', 'AWS_WEB_IDENTITY_TOKEN_FILE'],
  ['EACCES', 'sign-in-denied', 'AWS_WEB_IDENTITY_TOKEN_FILE'],
  ['ERR_INVALID_URL', 'invalid-input', 'AWS_ENDPOINT_URL'],
  ['ERR_INVALID_CHAR', 'sign-in-denied', 'line break'],
  ['ERR_INVALID_ARG_TYPE', 'internal', 'defect'],
])('%s is no matter of the network', (code, reason, next) => {
  expect(explained(code)).toEqual({ reason, next: expect.stringContaining(next) });
});

test('a code inside of the error counts as its own', () => {
  const error = new TypeError('fetch failed', {
    cause: Object.assign(new Error('x'), { code: 'ENOTFOUND' }),
  });
  expect(awsFailure(error, call).reason).toBe('timed-out');
});

test.each([
  [200, '<html><head><title>Sign in</title></head><body><p>Proxy</body></html>'],
  [302, '<a href="https://portal.example/">moved</a'],
  [403, '<!DOCTYPE html><html><body>Access to this page is denied</body></html>'],
  [403, 'Forbidden'],
  [403, ''],
  [407, '<html><body><h1>407</h1></body></html>'],
])(
  'an answer with status %i that AWS does not write (%j) is of what stands between',
  async (status, page) => {
    const server = createServer((_request, response) => {
      response.writeHead(status, { 'content-type': 'text/html' }).end(page);
    });
    await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : undefined;
    const settings = {
      endpoint: `http://127.0.0.1:${port}`,
      region: 'eu-central-1',
      credentials: { accessKeyId: 'a', secretAccessKey: 'b' },
      maxAttempts: 1,
    };
    try {
      const sends = [
        () => new EKSClient(settings).send(new DescribeClusterCommand({ name: 'c' })),
        () => new IAMClient(settings).send(new GetRoleCommand({ RoleName: 'r' })),
        () => new STSClient(settings).send(new GetCallerIdentityCommand({})),
      ];
      for (const send of sends) {
        const error: unknown = await send().catch((thrown: unknown) => thrown);
        const { reason, details } = awsFailure(error, call);
        expect(reason).toBe('timed-out');
        expect(details.said).toContain(`HTTP status ${status}`);
        expect(details.said).not.toContain('$response');
        expect(details.next).toContain('not AWS');
      }
    } finally {
      server.closeAllConnections();
      server.close();
    }
  },
);

test('an answer that lacks what AWS always sends is not of AWS either', async () => {
  const failure = await failureOf(Promise.resolve().then(() => required(undefined, 'Role.Arn', call)));
  expect(failure.reason).toBe('timed-out');
  expect(failure.details.said).toContain('lacks Role.Arn');
  expect(failure.details.next).toContain('not AWS');
});
