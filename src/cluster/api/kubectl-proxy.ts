/** Runs one `kubectl proxy` for many requests to the API server. */
import { type ChildProcess, spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { Failure } from '../../model/failure.ts';
import { jobCancelled } from '../../tools/cancelled.ts';
import { signalTree, TREE_OPTIONS } from '../../tools/process-tree.ts';
import type { Kubectl } from '../kubectl/kubectl.ts';
import { errorKindOf } from '../stderr.ts';
import type { Allowed, ApiConnection, ApiMethod } from './connection.ts';
import { overSocket } from './over-socket.ts';

export interface ProxyOptions {
  readonly kubectl: Kubectl;
  /** Path of the socket, in a directory that only the job's user may enter. */
  readonly socket: string;
  /** Aborted when the job is cancelled. */
  readonly signal: AbortSignal;
  /** The proxy answers 403 to any other path, and 405 to any other method. */
  readonly allowed: Pick<Allowed, 'methods' | 'paths'>;
  /** Milliseconds for each answer. */
  readonly answerMs?: number;
}

const TRIED = 'start `kubectl proxy`';
const START_MS = 20_000;
const END_MS = 2_000;
/** How much of what the proxy and its plug-in print is kept: the newest. */
const PRINTED_CHARACTERS = 4_000;
const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'CONNECT', 'TRACE'];
const SERVING = /Starting to serve on \S/;

/**
 * Starts the proxy. It signs in as kubectl does, so that neither a second client of Kubernetes is needed nor a process per
 * request. It listens on the socket, and lets through only what is allowed. Throws the explained Failure for what kubectl says
 * of the kubeconfig, and `tool-unavailable` when it does not start for another reason.
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
  const printed = endOf(child.stderr);
  const stop = stopperOf(child, socket);
  try {
    await untilServing(child, printed, options);
  } catch (error) {
    await stop();
    throw error;
  }
  const client = overSocket({ ...options, printed });
  return {
    send: async (request) => await client.send(request),
    isOpen: () => child.exitCode === null && child.signalCode === null,
    stop: async () => {
      client.close();
      await stop();
    },
  };
}

function allBut(methods: readonly ApiMethod[]): string {
  const allowed: ReadonlySet<string> = new Set(methods);
  return `^(${METHODS.filter((method) => !allowed.has(method)).join('|')})$`;
}

function endOf(stream: Readable | null): () => string {
  let text = '';
  stream?.on('data', (chunk: Buffer) => {
    text = (text + chunk.toString()).slice(-PRINTED_CHARACTERS);
  });
  return () => text.trim();
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
async function untilServing(
  child: ChildProcess,
  printed: () => string,
  { signal, kubectl }: ProxyOptions,
): Promise<void> {
  const started = new AbortController();
  try {
    await new Promise<void>((resolve, reject) => {
      const fail = (why: string): void => reject(startFailure(kubectl, why, printed()));
      const timer = setTimeout(() => fail(`it was not up after ${START_MS / 1000} s`), START_MS);
      started.signal.addEventListener('abort', () => clearTimeout(timer));
      const said = endOf(child.stdout);
      child.stdout?.on('data', () => {
        if (SERVING.test(said())) resolve();
      });
      child.once('error', (error) => fail(error.message));
      child.once('close', (code) => fail(`it ended with exit code ${code}`));
      const cancel = (): void => reject(jobCancelled(TRIED));
      signal.addEventListener('abort', cancel, { once: true, signal: started.signal });
    });
  } finally {
    started.abort();
  }
}

function startFailure(kubectl: Kubectl, why: string, printed: string): Failure {
  if (errorKindOf(printed) !== 'other') return kubectl.failure(TRIED, printed);
  return new Failure('tool-unavailable', {
    tried: TRIED,
    said: printed === '' ? why : `${why}: ${printed}`,
    next: 'All reads of the cluster go by `kubectl proxy`: leave `kubectl-version` to the action, and see that the runner may make a socket below RUNNER_TEMP.',
  });
}
