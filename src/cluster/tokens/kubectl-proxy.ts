/** Runs one `kubectl proxy` for many small requests to the API server. */
import { spawn } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { Failure } from '../../model/failure.ts';
import type { Kubectl } from '../kubectl/kubectl.ts';

export interface ProxyOptions {
  readonly kubectl: Kubectl;
  /** Only the job's user may enter it. */
  readonly directory: string;
  /** Node's name of it, e.g. `win32`. */
  readonly platform: string;
  /** Regular expressions without commas; the proxy answers 403 to any other path. */
  readonly acceptPaths: string;
}

export interface ProxyResponse {
  readonly status: number;
  readonly body: string;
}

export interface KubectlProxy {
  /** POSTs JSON to a path of the API server. */
  post(path: string, body: object): Promise<ProxyResponse>;
  stop(): Promise<void>;
}

/** Where the proxy listens: what `node:http` takes. */
type Address = { readonly socketPath: string } | { readonly host: string; readonly port: number };

const START_MS = 20_000;
const ANSWER_MS = 30_000;
const SIDE_BY_SIDE = 10;
/** The shortest limit for a socket's path, that of macOS, is 104 bytes. */
const LONGEST_SOCKET = 100;
const SERVING = /Starting to serve on (\S+)/;

/**
 * Starts the proxy. It signs in as kubectl does, so that neither a second client of Kubernetes is needed nor a process per
 * request. It listens on a socket in the job's private directory, on Windows on a free port of the loopback interface, and
 * lets through only `acceptPaths`. Throws `tool-unavailable` when it does not start.
 */
export async function startProxy(options: ProxyOptions): Promise<KubectlProxy> {
  const { kubectl, directory, platform } = options;
  const socket = join(directory, 'proxy.sock');
  const bySocket = platform !== 'win32' && Buffer.byteLength(socket) <= LONGEST_SOCKET;
  const { file, args, env } = kubectl.invocation([
    'proxy',
    bySocket ? `--unix-socket=${socket}` : '--port=0',
    `--accept-paths=${options.acceptPaths}`,
    '--reject-methods=^(GET|HEAD|PUT|PATCH|DELETE|OPTIONS|CONNECT|TRACE)$',
  ]);
  const child = spawn(file, [...args], {
    env: { ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    windowsHide: true,
  });
  const closed = new Promise<void>((resolve) => {
    child.once('close', () => resolve());
    child.once('error', () => resolve());
  });
  const kill = (): void => void child.kill();
  process.once('exit', kill);
  const stop = async (): Promise<void> => {
    process.removeListener('exit', kill);
    child.kill();
    await closed;
    await rm(socket, { force: true });
  };
  try {
    const printed = await servedAddress(child);
    const address = bySocket ? { socketPath: socket } : loopback(printed);
    const agent = new Agent({ keepAlive: true, maxSockets: SIDE_BY_SIDE });
    return {
      post: (path, body) => post(address, agent, path, body),
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

/** The address that the proxy prints once it serves. */
async function servedAddress(child: ReturnType<typeof spawn>): Promise<string> {
  return await new Promise((resolve, reject) => {
    let said = '';
    const fail = (why: string): void => {
      clearTimeout(timer);
      reject(startFailure(`${why}${said === '' ? '' : `: ${said.trim()}`}`));
    };
    const timer = setTimeout(() => fail(`it was not up after ${START_MS / 1000} s`), START_MS);
    const read = (chunk: Buffer): void => {
      said += chunk.toString();
      const address = SERVING.exec(said)?.[1];
      if (address === undefined) return;
      clearTimeout(timer);
      resolve(address);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.once('error', (error) => fail(error.message));
    child.once('close', (code) => fail(`it ended with exit code ${code}`));
  });
}

function loopback(printed: string): Address {
  const [host = '', port = ''] = printed.split(':');
  return { host, port: Number(port) };
}

async function post(address: Address, agent: Agent, path: string, body: object): Promise<ProxyResponse> {
  return await new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', host: 'localhost' };
    const sent = request(
      { ...address, agent, path, method: 'POST', headers, timeout: ANSWER_MS },
      (response) => {
        text(response).then((answer) => resolve({ status: response.statusCode ?? 0, body: answer }), reject);
      },
    );
    sent.on('timeout', () => sent.destroy(new Error(`no answer after ${ANSWER_MS / 1000} s`)));
    sent.on('error', reject);
    sent.end(JSON.stringify(body));
  });
}

function startFailure(said: string): Failure {
  return new Failure('tool-unavailable', {
    tried: 'start `kubectl proxy` to take tokens',
    said,
    next: 'The proof of access needs it: leave `prove-access` out, or leave `kubectl-version` to the action.',
  });
}
