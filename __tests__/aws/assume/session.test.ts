/** What an answer to a probe proves: only a denial proves that a read is refused. */
import { createServer, type Server } from 'node:http';
import { afterEach, expect, test } from '@jest/globals';
import { openSession } from '../../../src/aws/assume/session.ts';
import { createClients } from '../../../src/aws/client/clients.ts';
import { connection, fakeClock, fakeLog } from '../fakes.ts';

const keys = { accessKeyId: 'AKID', secretAccessKey: 'not-a-secret', sessionToken: 'no-token' };
let server: Server | undefined;

async function sessionAnsweredWith(status: number, body: string) {
  const started = createServer((_request, response) => void response.writeHead(status).end(body));
  server = started;
  await new Promise<void>((resolve) => void started.listen(0, '127.0.0.1', resolve));
  const address = started.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  return openSession(
    {
      clients: createClients(connection(), () => Promise.resolve(keys)),
      clock: fakeClock(),
      log: fakeLog(),
      mask: () => {},
      env: { AWS_ENDPOINT_URL: `http://127.0.0.1:${port}` },
    },
    keys,
  );
}

afterEach(() => {
  server?.closeAllConnections();
  server?.close();
});

const coded = (code: string, message = 'x') => JSON.stringify({ __type: code, message });

test.each([
  [200, '{}', 'read'],
  [400, coded('AccessDeniedException'), 'refused'],
  [400, coded('AccessDeniedException', 'Access to KMS is not allowed'), 'refused'],
  [400, coded('ResourceNotFoundException'), 'missing'],
  [400, coded('UnrecognizedClientException'), 'unanswered'],
  [400, coded('InvalidSignatureException'), 'unanswered'],
  [400, coded('InvalidRequestException', 'marked for deletion'), 'unanswered'],
  [400, coded('DecryptionFailure'), 'unanswered'],
  [400, coded('ThrottlingException'), 'unanswered'],
  [500, coded('InternalServiceError'), 'unanswered'],
  [403, '<html><body>blocked by the proxy</body></html>', 'unanswered'],
])('HTTP %i %s is %s', async (status, body, kind) => {
  const session = await sessionAnsweredWith(status, body);
  expect((await session.readSecret('prod/db')).kind).toBe(kind);
});
