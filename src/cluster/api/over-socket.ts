/** Sends requests over a socket on which a `kubectl proxy` listens. */
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { setImmediate } from 'node:timers/promises';
import { jobCancelled } from '../../tools/cancelled.ts';
import type { Kubectl } from '../kubectl/kubectl.ts';
import type { ApiAnswer, ApiConnection, ApiRequest } from './connection.ts';

export interface SocketOptions {
  /** Path of the socket. */
  readonly socket: string;
  /** Aborted when the job is cancelled. */
  readonly signal: AbortSignal;
  readonly kubectl: Pick<Kubectl, 'unanswered'>;
  /** What the proxy and its sign-in plug-in have printed lately. */
  readonly printed: () => string;
  readonly answerMs?: number;
}

export interface SocketClient extends Pick<ApiConnection, 'send'> {
  close(): void;
}

/** How long a whole answer may take, in milliseconds. A sign-in plug-in that hangs holds up all requests. */
const ANSWER_MS = 60_000;
const SIDE_BY_SIDE = 10;

/** Keeps connections open for the next request. An answer with a 5xx status comes with what the proxy has printed. */
export function overSocket(options: SocketOptions): SocketClient {
  const { socket, signal, kubectl, printed, answerMs = ANSWER_MS } = options;
  const agent = new Agent({ keepAlive: true, maxSockets: SIDE_BY_SIDE });
  return {
    close: () => agent.destroy(),
    send: async (asked) => {
      const late = AbortSignal.timeout(answerMs);
      try {
        const way = { socketPath: socket, agent, signal: AbortSignal.any([signal, late]) };
        const answer = await exchange(way, asked);
        if (answer.status < 500) return answer;
        // What a plug-in prints comes by a pipe of its own, which may be read after the answer.
        await setImmediate();
        return { ...answer, stderr: printed() };
      } catch (error) {
        if (signal.aborted) throw jobCancelled(asked.tried);
        throw late.aborted ? kubectl.unanswered(asked.tried, answerMs) : error;
      }
    },
  };
}

interface Way {
  readonly socketPath: string;
  readonly agent: Agent;
  readonly signal: AbortSignal;
}

async function exchange(way: Way, { method, path, body, accept }: ApiRequest): Promise<ApiAnswer> {
  return await new Promise((resolve, reject) => {
    const headers = {
      host: 'localhost',
      accept: accept ?? 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    const sent = request({ ...way, path, method, headers }, (response) => {
      text(response).then((answer) => resolve({ status: response.statusCode ?? 0, body: answer }), reject);
    });
    sent.on('error', reject);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
