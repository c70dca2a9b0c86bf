/** Runs one `kubectl proxy` for many requests to the API server. */
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { Failure } from '../../model/failure.ts';
import { jobCancelled } from '../../tools/cancelled.ts';
import { signalTree, TREE_OPTIONS } from '../../tools/process-tree.ts';
import type { Kubectl } from '../kubectl/kubectl.ts';
import type { Allowed, ApiAnswer, ApiConnection, ApiMethod, ApiRequest } from './connection.ts';

export interface ProxyOptions {
  readonly kubectl: Kubectl;
  /** Path of the socket, in a directory that only the job's user may enter. */
  readonly socket: string;
  /** Aborted when the job is cancelled. */
  readonly signal: AbortSignal;
  /** The proxy answers 403 to any other path, and 405 to any other method. */
  readonly allowed: Pick<Allowed, 'methods' | 'paths'>;
}

const TRIED = 'start `kubectl proxy`';
const START_MS = 20_000;
const ANSWER_MS = 60_000;
const END_MS = 2_000;
const SIDE_BY_SIDE = 10;
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE'];
const SERVING = /Starting to serve on \S/;

/**
 * Starts the proxy. It signs in as kubectl does, so that neither a second client of Kubernetes is needed nor a process per
 * request. It listens on the socket, and lets through only what is allowed. Throws `tool-unavailable` when it does not start.
 */
export async function startProxy(options: ProxyOptions): Promise<ApiConnection> {
  const { kubectl, socket, signal } = options;
  if (signal.aborted) throw jobCancelled(TRIED);
  const { file, args, env } = kubectl.invocation([
    'proxy',
    `--unix-socket=${socket}`,
    `--accept-paths=${options.allowed.paths}`,
    `--reject-methods=${allBut(options.allowed.methods)}`,
  ]);
  const child = spawn(file, [...args], {
    ...TREE_OPTIONS,
    env: { ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const stop = stopperOf(child, socket);
  try {
    await untilServing(child, signal);
    const agent = new Agent({ keepAlive: true, maxSockets: SIDE_BY_SIDE });
    return {
      send: (asked) => send({ socketPath: socket, agent, signal }, asked),
      stop: async () => {
        agent.destroy();
        await stop();
      },
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

function allBut(methods: readonly ApiMethod[]): string {
  const allowed: ReadonlySet<string> = new Set(methods);
  return `^(${METHODS.filter((method) => !allowed.has(method)).join('|')})$`;
}

/** Ends the proxy and its plug-in, by force when it does not end by itself. */
function stopperOf(child: ChildProcess, socket: string): () => Promise<void> {
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
    child.once('error', () => resolve());
  });
  const kill = (): void => signalTree(child, 'SIGKILL');
  process.once('exit', kill);
  return async () => {
    process.removeListener('exit', kill);
    const timer = setTimeout(kill, END_MS);
    signalTree(child, 'SIGTERM');
    await ended;
    clearTimeout(timer);
    // What the plug-in left behind may hold the other end.
    child.stdout?.destroy();
    child.stderr?.destroy();
    await rm(socket, { force: true });
  };
}

/** Resolves once the proxy says that it serves. */
async function untilServing(child: ChildProcess, signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    let said = '';
    const settle = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
    };
    const fail = (why: string): void => {
      settle();
      reject(startFailure(`${why}${said === '' ? '' : `: ${said.trim()}`}`));
    };
    function cancel(): void {
      settle();
      reject(jobCancelled(TRIED));
    }
    const timer = setTimeout(() => fail(`it was not up after ${START_MS / 1000} s`), START_MS);
    const read = (chunk: Buffer): void => {
      said += chunk.toString();
      if (!SERVING.test(said)) return;
      settle();
      resolve();
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', (error) => fail(error.message));
    child.once('close', (code) => fail(`it ended with exit code ${code}`));
    signal.addEventListener('abort', cancel, { once: true });
  });
}

interface Way {
  readonly socketPath: string;
  readonly agent: Agent;
  readonly signal: AbortSignal;
}

async function send(way: Way, { method, path, body, accept, tried }: ApiRequest): Promise<ApiAnswer> {
  return await new Promise((resolve, reject) => {
    const fail = (error: unknown): void => reject(way.signal.aborted ? jobCancelled(tried) : error);
    const headers = {
      host: 'localhost',
      accept: accept ?? 'application/json',
      ...(body !== undefined && { 'content-type': 'application/json' }),
    };
    const sent = request({ ...way, path, method, headers, timeout: ANSWER_MS }, (response) => {
      text(response).then((answer) => resolve({ status: response.statusCode ?? 0, body: answer }), fail);
    });
    sent.on('timeout', () => sent.destroy(new Error(`no answer after ${ANSWER_MS / 1000} s`)));
    sent.on('error', fail);
    sent.end(body === undefined ? undefined : JSON.stringify(body));
  });
}

function startFailure(said: string): Failure {
  return new Failure('tool-unavailable', {
    tried: TRIED,
    said,
    next: 'All reads of the cluster go by `kubectl proxy`: leave `kubectl-version` to the action, and see that the runner may make a socket below RUNNER_TEMP.',
  });
}
