/** A download site on loopback, whose answers a test scripts. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { once } from 'node:events';

export interface Site {
  readonly url: string;
  /** Paths asked for, in order. */
  readonly requests: string[];
  close(): void;
}

export async function serve(
  answer: (path: string, request: IncomingMessage, response: ServerResponse) => void,
): Promise<Site> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    const path = request.url ?? '';
    requests.push(path);
    answer(path, request, response);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
