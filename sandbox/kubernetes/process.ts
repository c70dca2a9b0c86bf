/** A server as a process that ends with this one. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';

export interface ServerProcess {
  readonly name: string;
  /** Settles when the process ends by itself, with the reason and the tail of its log; never when it was told to stop. */
  readonly crashed: Promise<Error>;
  /** Sends SIGTERM, and SIGKILL when that doesn't end it in time. */
  stop(): Promise<void>;
}

export interface ServerCommand {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** Its directory, and HOME: the user's own settings have no say. */
  readonly directory: string;
  /** Standard output and standard error go here. */
  readonly logFile: string;
}

const graceMs = 3000;
const tailLines = 20;

/**
 * Starts a server that ends with this process. The server watches its standard input, see `go/lifeline`: the kernel closes it
 * however this process ends, so no handler of signals is needed here. A session of its own keeps it from the terminal's Ctrl-C.
 */
export function startProcess(server: ServerCommand): ServerProcess {
  const log = openSync(server.logFile, 'w', 0o600);
  const child = spawn(server.command, server.args, {
    cwd: server.directory,
    env: {
      PATH: process.env['PATH'],
      HOME: server.directory,
      SANDBOX_LIFELINE: 'stdin',
      ...server.environment,
    },
    stdio: ['pipe', log, log],
    detached: true,
  });
  closeSync(log);
  // A server left running doesn't keep this process from its end.
  child.unref();

  let isStopping = false;
  const ended = endOf(child);
  const crash = Promise.withResolvers<Error>();
  const watch = async (): Promise<void> => {
    const reason = await ended;
    if (!isStopping) {
      crash.resolve(
        new Error(`${server.name} ended by itself (${reason}). Its last lines:\n${tail(server.logFile)}`),
      );
    }
  };
  void watch();
  return {
    name: server.name,
    crashed: crash.promise,
    async stop() {
      isStopping = true;
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) {
        return;
      }
      child.ref();
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

async function endOf(child: ChildProcess): Promise<string> {
  // Without a handler, a write to a closed pipe would end this process.
  child.stdin?.on('error', () => {});
  try {
    await once(child, 'exit');
    return child.signalCode ?? `exit code ${child.exitCode}`;
  } catch (error) {
    return String(error);
  }
}

function tail(file: string): string {
  return readFileSync(file, 'utf8').trimEnd().split('\n').slice(-tailLines).join('\n');
}
