/** How requests reach the API server: nobody else of the machine may send any on the same way. */
import { join } from 'node:path';
import type { Kubectl } from '../kubectl/kubectl.ts';
import { startProxy } from './kubectl-proxy.ts';
import { oneByOne } from './one-by-one.ts';

export interface ConnectionOptions {
  readonly kubectl: Kubectl;
  /** Only the job's user may enter it. */
  readonly directory: string;
  /** Node's name of it, e.g. `win32`. */
  readonly platform: string;
  /** Aborted when the job is cancelled. */
  readonly signal: AbortSignal;
}

/** What may be asked on a connection; anything else is not let through. */
export interface Allowed {
  /** The name of the socket in the directory: one for each connection that is open at the same time. */
  readonly name: string;
  readonly methods: readonly ApiMethod[];
  /** A regular expression for paths, without commas. */
  readonly paths: string;
}

export type ApiMethod = 'GET' | 'POST';

export interface ApiRequest {
  readonly method: ApiMethod;
  /** The path with its query. */
  readonly path: string;
  /** Sent as JSON. */
  readonly body?: object;
  /** The media type of the answer; JSON when absent. */
  readonly accept?: string;
  /** What it is sent for, for a failure. */
  readonly tried: string;
}

export interface ApiAnswer {
  readonly status: number;
  /** Empty where kubectl had nothing but words. */
  readonly body: string;
  /** What kubectl and its sign-in plug-in have printed, where no API server has answered. */
  readonly stderr?: string;
}

export interface ApiConnection {
  /** Throws `cancelled`, `timed-out` where no answer came, and an error of the connection. */
  send(request: ApiRequest): Promise<ApiAnswer>;
  /** Whether it can be used again. */
  isOpen(): boolean;
  stop(): Promise<void>;
}

/** The shortest limit for a socket's path, that of macOS, is 104 bytes. */
const LONGEST_SOCKET = 100;

/**
 * One `kubectl proxy` on a socket in the private directory. Where there can be no such socket (Node knows none on Windows, and
 * a path may be too long) one kubectl process per request instead: never a port, which every user of the machine may call.
 * Throws when the proxy does not start: what kubectl says of the kubeconfig, else `tool-unavailable`.
 */
export async function connectToApi(options: ConnectionOptions, allowed: Allowed): Promise<ApiConnection> {
  const socket = join(options.directory, `${allowed.name}.sock`);
  const possible = options.platform !== 'win32' && Buffer.byteLength(socket) <= LONGEST_SOCKET;
  return possible ? await startProxy({ ...options, socket, allowed }) : oneByOne(options.kubectl);
}
