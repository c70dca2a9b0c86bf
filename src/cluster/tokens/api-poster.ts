/** How requests for tokens reach the API server: nobody else of the machine may send any on the same way. */
import { join } from 'node:path';
import type { Kubectl } from '../kubectl/kubectl.ts';
import { postByProcess } from './kubectl-create.ts';
import { startProxy } from './kubectl-proxy.ts';

export interface PosterOptions {
  readonly kubectl: Kubectl;
  /** Only the job's user may enter it. */
  readonly directory: string;
  /** Node's name of it, e.g. `win32`. */
  readonly platform: string;
  /** Aborted when the job is cancelled. */
  readonly signal: AbortSignal;
}

export interface ApiAnswer {
  readonly status: number;
  readonly body: string;
}

export interface ApiPoster {
  /** POSTs JSON to a path of the API server. */
  post(path: string, body: object): Promise<ApiAnswer>;
  stop(): Promise<void>;
}

/** The shortest limit for a socket's path, that of macOS, is 104 bytes. */
const LONGEST_SOCKET = 100;

/**
 * One `kubectl proxy` on a socket in the private directory. Where there can be no such socket (Node knows none on Windows, and
 * a path may be too long) one kubectl process per request instead: never a port, which every user of the machine may call.
 * `acceptPaths`: regular expressions without commas. Throws `tool-unavailable` when the proxy does not start.
 */
export async function openPoster(options: PosterOptions, acceptPaths: string): Promise<ApiPoster> {
  const socket = join(options.directory, 'proxy.sock');
  const possible = options.platform !== 'win32' && Buffer.byteLength(socket) <= LONGEST_SOCKET;
  return possible ? await startProxy({ ...options, socket, acceptPaths }) : postByProcess(options.kubectl);
}
