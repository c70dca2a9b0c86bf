/** A proxy on loopback, and a service behind it. It takes every host to be on loopback, and keeps what it was asked for. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, request, type Server } from 'node:http';
import { connect, type Socket } from 'node:net';

interface Listening {
  readonly port: number;
  readonly asked: readonly IncomingMessage[];
  readonly close: () => void;
}

export interface CountingProxy extends Listening {
  /** `HOST:PORT`. */
  readonly host: string;
}

async function listening(server: Server, asked: readonly IncomingMessage[]): Promise<Listening> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { port, asked, close };
}

/** `refusal`: the first line of its answer to every CONNECT, in place of a tunnel. */
export async function startProxy(refusal?: string): Promise<CountingProxy> {
  const asked: IncomingMessage[] = [];
  const server = createServer((incoming, response) => {
    asked.push(incoming);
    const { port, pathname, search } = new URL(incoming.url ?? '');
    const { method = 'GET', headers } = incoming;
    const onward = request(
      { host: '127.0.0.1', port, path: pathname + search, method, headers },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    incoming.pipe(onward);
  });
  server.on('connect', (incoming: IncomingMessage, socket: Socket) => {
    asked.push(incoming);
    if (refusal !== undefined) {
      socket.end(`HTTP/1.1 ${refusal}\r\n\r\n`);
      return;
    }
    const target = connect(Number(incoming.url?.split(':').at(-1)), '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      target.pipe(socket).pipe(target);
    });
    for (const end of [socket, target]) end.on('error', () => end.destroy());
  });
  const started = await listening(server, asked);
  return { ...started, host: `127.0.0.1:${started.port}` };
}

const IDENTITY =
  '<GetCallerIdentityResponse><GetCallerIdentityResult><Account>1</Account></GetCallerIdentityResult></GetCallerIdentityResponse>';

/** Answers as STS, as GitHub's API and as its token service do. `redirectTo`: sends everybody there instead. */
export async function startService(redirectTo?: string): Promise<Listening> {
  const asked: IncomingMessage[] = [];
  const server = createServer((incoming, response) => {
    asked.push(incoming);
    const form = incoming.headers['content-type']?.includes('form') === true;
    if (redirectTo !== undefined) response.writeHead(302, { location: redirectTo + incoming.url }).end();
    else if (form) response.writeHead(200, { 'content-type': 'text/xml' }).end(IDENTITY);
    else response.writeHead(200, { 'content-type': 'application/json' }).end('{"login":"it","value":"it"}');
  });
  return await listening(server, asked);
}
