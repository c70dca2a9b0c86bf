/** A server in front of the API server, on which a test can stop what changes something. */
import { readFile } from 'node:fs/promises';
import { request as send } from 'node:https';
import { dirname } from 'node:path';
import { buffer } from 'node:stream/consumers';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { listen, sendJson } from '../loopback.ts';
import { clusterPaths } from './paths.ts';
import type { Gate } from '../aws/faults.ts';
import type { Cluster } from './types.ts';

/** An answer of the API server, as it goes over the wire. */
export interface ApiAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

/** What comes of the answer to a question: `kube:get pods`, `kube:try pods` (a dry run), `kube:get /version`. Undefined: the connection breaks off. */
export type ApiBend = (read: string, answer: ApiAnswer) => ApiAnswer | undefined;

export interface ApiFront {
  /** For the clients whose writes are to be stopped, with the certificate of the API server itself. */
  readonly endpoint: string;
  /** Its name of a write: `kube:patch deployments`. */
  gate: Gate | undefined;
  /** Asked for each answer to a question; a dry run is one. */
  bend: ApiBend | undefined;
  /** As many requests are yet refused, since the API server has no time (priority and fairness). */
  busyFor: number;
  close(): Promise<void>;
}

/** Lets everything through as it comes. Writes wait for the gate. */
export async function startApiFront(cluster: Cluster, log: (line: string) => void): Promise<ApiFront> {
  const paths = clusterPaths(dirname(cluster.adminKubeconfig));
  const [certPem, keyPem] = await Promise.all(
    [paths.serverCertificate, paths.serverKey].map((file) => readFile(file, 'utf8')),
  );
  const tls = { certPem: certPem ?? '', keyPem: keyPem ?? '' };
  const server = await listen((request, response) => pass(front, cluster, request, response), { tls, log });
  const front: ApiFront = {
    endpoint: server.origin,
    gate: undefined,
    bend: undefined,
    busyFor: 0,
    close: () => server.close(),
  };
  return front;
}

async function pass(
  front: ApiFront,
  { endpoint, caPem }: Cluster,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (front.busyFor > 0) {
    front.busyFor -= 1;
    sendJson(response, 429, TOO_MANY);
    return;
  }
  const write = writeOf(request);
  const gate = write === undefined ? undefined : front.gate;
  const bend = write === undefined && !isWatch(request) ? front.bend : undefined;
  try {
    await gate?.(write ?? '', 'before');
    const body = await buffer(request);
    const { method, headers, url } = request;
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const upstream = send(new URL(url ?? '/', endpoint), { method, headers, ca: caPem }, resolve);
      upstream.once('error', reject);
      upstream.end(body);
    });
    if (bend !== undefined) {
      const { statusCode: status = 502, headers: own } = answer;
      const whole = { status, headers: own, body: await buffer(answer) };
      reply(response, bend(readOf(request), whole));
      return;
    }
    if (gate === undefined) {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
      return;
    }
    const whole = await buffer(answer);
    await gate(write ?? '', 'after');
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    response.end(whole);
  } catch {
    // As when the other side is gone.
    request.socket.destroy();
  }
}

function reply(response: ServerResponse, answer: ApiAnswer | undefined): void {
  if (answer === undefined) throw new Error('the connection breaks off');
  const { 'content-length': _length, 'transfer-encoding': _encoding, ...headers } = answer.headers;
  response.writeHead(answer.status, headers);
  response.end(answer.body);
}

const TOO_MANY = {
  kind: 'Status',
  apiVersion: 'v1',
  status: 'Failure',
  message: 'too many requests, please try again later',
  reason: 'TooManyRequests',
  code: 429,
};

const VERBS: Readonly<Record<string, string>> = {
  POST: 'create',
  PUT: 'update',
  PATCH: 'patch',
  DELETE: 'delete',
};

/** Questions come as POST too: reviews, tokens and dry runs change nothing. */
function writeOf({ method = '', url = '/' }: IncomingMessage): string | undefined {
  const verb = VERBS[method];
  const { pathname, searchParams } = new URL(url, 'https://kubernetes');
  if (verb === undefined || searchParams.has('dryRun') || /(reviews|\/token)$/.test(pathname))
    return undefined;
  return `kube:${verb} ${resourceIn(pathname)}`;
}

function readOf({ method, url = '/' }: IncomingMessage): string {
  return `kube:${method === 'GET' ? 'get' : 'try'} ${resourceIn(new URL(url, 'https://kubernetes').pathname)}`;
}

function isWatch({ url = '/' }: IncomingMessage): boolean {
  return new URL(url, 'https://kubernetes').searchParams.has('watch');
}

/** The plural of the resource that a path is about; else the path. */
function resourceIn(pathname: string): string {
  const [, resource] =
    /^\/(?:api\/v1|apis\/[^/]+\/[^/]+)\/(?:namespaces\/[^/]+\/)?([^/]+)/.exec(pathname) ?? [];
  return resource ?? pathname;
}
