/** Runs one script of an action, with the signals of a cancelled job. */
import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { killTree } from './kill-tree.ts';
import type { Readable } from 'node:stream';

export interface StepOptions {
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly onLine: (line: string) => void;
  /** Aborted when the job is cancelled. */
  readonly signal: AbortSignal | undefined;
  /** Aborted when the runner is lost. */
  readonly lost?: AbortSignal | undefined;
}

export interface StepEnd {
  readonly exitCode: number;
  readonly cancelledBy: NodeJS.Signals | undefined;
}

/** GitHub gives a cancelled step 7.5 s after SIGINT and another 2.5 s after SIGTERM; only the node process gets them. */
const termAfterMs = 7_500;
const killAfterMs = 10_000;

/** Runs one script with node to its end. */
export async function runStep(options: StepOptions): Promise<StepEnd> {
  const child = spawn(process.execPath, [options.script], {
    cwd: options.cwd,
    env: options.env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      resolve(code ?? 1);
    });
  });
  const cancelling = cancelWith(child, options.signal);
  const kill = (): void => {
    if (child.pid !== undefined) killTree(child.pid);
  };
  options.lost?.addEventListener('abort', kill, { once: true });
  const [exitCode] = await Promise.all([
    ended,
    readLines(child.stdout, options.onLine),
    readLines(child.stderr, options.onLine),
  ]);
  options.lost?.removeEventListener('abort', kill);
  return { exitCode, cancelledBy: cancelling.stop() };
}

async function readLines(stream: Readable, onLine: (line: string) => void): Promise<void> {
  for await (const line of createInterface({ input: stream })) onLine(line);
}

function cancelWith(
  child: ChildProcess,
  signal: AbortSignal | undefined,
): { stop(): NodeJS.Signals | undefined } {
  const timers: NodeJS.Timeout[] = [];
  let last: NodeJS.Signals | undefined;
  const send = (name: NodeJS.Signals): void => {
    last = name;
    child.kill(name);
  };
  const cancel = (): void => {
    send('SIGINT');
    timers.push(setTimeout(send, termAfterMs, 'SIGTERM'), setTimeout(send, killAfterMs, 'SIGKILL'));
  };
  if (signal?.aborted === true) cancel();
  else signal?.addEventListener('abort', cancel, { once: true });
  return {
    stop() {
      signal?.removeEventListener('abort', cancel);
      for (const timer of timers) clearTimeout(timer);
      return last;
    },
  };
}
