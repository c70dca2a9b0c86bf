/** Small HTTP and HTTPS servers on 127.0.0.1. */
import {
  createServer as createHttpServer,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import { createServer as createHttpsServer } from 'node:https';
import { text } from 'node:stream/consumers';
import type { AddressInfo } from 'node:net';

/** A server on a free port of 127.0.0.1. */
export interface LoopbackServer {
  /** `http://127.0.0.1:PORT` or `https://127.0.0.1:PORT`. */
  readonly origin: string;
  readonly port: number;
  /** Stops listening and cuts what is still connected. */
  close(): Promise<void>;
}

export interface ServerOptions {
  /** With a certificate the server speaks HTTPS. */
  readonly tls?: { readonly certPem: string; readonly keyPem: string };
  readonly log: (line: string) => void;
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void> | void;

/**
 * Longer than clients keep a connection that is idle (Go's: 90 s). A server that closes first may do so just as the next request
 * is sent: the API server takes such a webhook for one that failed, and lets the pod through without an identity.
 */
const KEPT_MS = 120_000;

/** Starts a server. A handler that throws answers 500 and the error goes to the log, so a defect shows. */
export async function listen(handler: Handler, options: ServerOptions): Promise<LoopbackServer> {
  const onRequest = (request: IncomingMessage, response: ServerResponse): void => {
    void answer(handler, request, response, options);
  };
  const { tls } = options;
  const server = tls
    ? createHttpsServer({ cert: tls.certPem, key: tls.keyPem }, onRequest)
    : createHttpServer(onRequest);
  server.keepAliveTimeout = KEPT_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const port = portOf(server.address());
  return {
    port,
    origin: `${tls ? 'https' : 'http'}://127.0.0.1:${port}`,
    close: () => closeServer(server),
  };
}

function portOf(address: AddressInfo | string | null): number {
  if (typeof address === 'object' && address !== null) return address.port;
  throw new Error('The server has no port.');
}

async function answer(
  handler: Handler,
  request: IncomingMessage,
  response: ServerResponse,
  options: ServerOptions,
): Promise<void> {
  try {
    await handler(request, response);
  } catch (error) {
    options.log(`${request.method} ${request.url}: ${error instanceof Error ? error.stack : String(error)}`);
    if (!response.headersSent) response.writeHead(500);
    response.end();
  }
}

function closeServer(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => {
      resolve();
    });
    server.closeAllConnections();
  });
}

/** The whole body as text. */
export function readBody(request: IncomingMessage): Promise<string> {
  return text(request);
}

/** Answers with JSON. */
export function sendJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
  response.end(JSON.stringify(body));
}

/** The URL that was asked for. */
export function requestUrl(request: IncomingMessage): URL {
  return new URL(request.url ?? '/', `http://${request.headers.host ?? '127.0.0.1'}`);
}
