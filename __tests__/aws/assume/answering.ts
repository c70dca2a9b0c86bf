/** A service on loopback that gives one answer, and what hand-signed calls need to reach it. */
import { createServer, type Server } from 'node:http';
import type { AssumeContext } from '../../../src/aws/assume/signed-request.ts';
import { createClients } from '../../../src/aws/client/clients.ts';
import { connection, fakeLog } from '../fakes.ts';
import { fakeClock } from '../../support/fake-clock.ts';

export const keys = { accessKeyId: 'AKID', secretAccessKey: 'not-a-secret', sessionToken: 'no-token' };

/** `close` after the test. */
export async function answering(
  status: number,
  body: string,
): Promise<{ readonly context: AssumeContext; readonly close: () => void }> {
  const server: Server = createServer((_request, response) => void response.writeHead(status).end(body));
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const port = typeof address === 'object' ? address?.port : undefined;
  // The SDK reads it, as it does for its own calls.
  process.env['AWS_ENDPOINT_URL'] = `http://127.0.0.1:${port}`;
  return {
    context: {
      clients: createClients(connection(), () => Promise.resolve(keys)),
      clock: fakeClock(),
      log: fakeLog(),
      mask: () => {},
    },
    close: () => {
      delete process.env['AWS_ENDPOINT_URL'];
      server.closeAllConnections();
      server.close();
    },
  };
}

/** The body of an error of AWS's JSON protocols. */
export const coded = (code: string, message = 'x'): string => JSON.stringify({ __type: code, message });
