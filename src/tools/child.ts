/** Runs a child process to its end, or until its time is up or the job is cancelled: then all of it is ended. */
import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import { collectOutput } from './output.ts';
import { signalTree, TREE_OPTIONS } from './process-tree.ts';

export interface ChildRequest {
  /** Path of the program. */
  readonly file: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd?: string | undefined;
  readonly stdin?: string | undefined;
  readonly timeoutMs: number;
  /** Aborted when the job is cancelled. */
  readonly signal: AbortSignal;
  /** Whether the program is first asked to end (SIGINT), with time to write down how far it came. */
  readonly interrupt: boolean;
}

export interface ChildResult {
  /** -1 when a signal ended it, or when it was not waited for any longer. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Why it was told to end; undefined when it ended by itself. */
  readonly stopped: 'cancelled' | 'timed-out' | undefined;
}

/** Milliseconds that a child has to end once it was told to. */
export interface Grace {
  readonly ended: number;
  /** GitHub sends SIGTERM 7.5 s after the SIGINT of a cancelled job: by then outputs and summary must be written. */
  readonly cancelled: number;
  readonly interrupted: number;
}

const GRACE: Grace = { ended: 2_000, cancelled: 5_000, interrupted: 30_000 };
/** What the child started may hold its output open after its end, such as an agent that a plug-in leaves behind. */
const DRAIN_MS = 5_000;
/** After SIGKILL only a process outside of the group can still hold the output open. */
const KILLED_MS = 1_000;

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/**
 * Children that still run and have nothing to write down. A run that fails does not wait for what hangs beside: it would be left
 * behind on the runner.
 */
const living = new Set<Child>();
process.on('exit', () => {
  for (const child of living) signalTree(child, 'SIGKILL');
});

/** From now on the program does not keep this process running. It is not killed: helm may be writing that its revision failed. */
function letGo(child: Child): void {
  child.unref();
  for (const stream of [child.stdout, child.stderr, child.stdin]) {
    if (stream instanceof Socket) stream.unref();
  }
}

/** Tells the child to end, in steps. `giveUp` is called when it is not to be waited for any longer. */
function tellToEnd(
  child: Child,
  why: 'cancelled' | 'timed-out',
  { interrupt, grace }: { readonly interrupt: boolean; readonly grace: Grace },
  after: (ms: number, act: () => void) => void,
  giveUp: () => void,
): void {
  const kill = (): void => {
    signalTree(child, 'SIGKILL');
    after(KILLED_MS, giveUp);
  };
  if (!interrupt) {
    signalTree(child, 'SIGTERM');
    after(grace.ended, kill);
    return;
  }
  // The child alone: helm needs its plug-in to sign in once more.
  child.kill('SIGINT');
  if (why === 'cancelled') after(grace.cancelled, giveUp);
  else after(grace.interrupted, kill);
}

/**
 * Runs the program, feeds stdin, returns code and output. Rejects when the program can't be started. By node:child_process,
 * since `@actions/exec` can neither end a child nor forward a signal, and leaves a broken stdin pipe unhandled.
 */
export function runChild(request: ChildRequest, grace: Grace = GRACE): Promise<ChildResult> {
  const { file, args, env, cwd, stdin = '', timeoutMs, signal, interrupt } = request;
  if (signal.aborted) return Promise.resolve({ code: -1, stdout: '', stderr: '', stopped: 'cancelled' });
  return new Promise((resolve, reject) => {
    const options = { ...TREE_OPTIONS, env: { ...env }, ...(cwd !== undefined && { cwd }) };
    const child: Child = spawn(file, [...args], { ...options, stdio: ['pipe', 'pipe', 'pipe'] });
    const [stdout, stderr] = [collectOutput(), collectOutput()];
    if (!interrupt) living.add(child);
    child.stdout.on('data', stdout.add);
    child.stderr.on('data', stderr.add);
    const timers: NodeJS.Timeout[] = [];
    const after = (ms: number, act: () => void): void => void timers.push(setTimeout(act, ms));
    let stopped: ChildResult['stopped'];
    const settle = (): void => {
      living.delete(child);
      for (const timer of timers) clearTimeout(timer);
      signal.removeEventListener('abort', cancel);
    };
    const finish = (code: number): void => {
      settle();
      letGo(child);
      resolve({ code, stdout: stdout.text(), stderr: stderr.text(), stopped });
    };
    const stop = (why: 'cancelled' | 'timed-out'): void => {
      if (stopped !== undefined) return;
      stopped = why;
      tellToEnd(child, why, { interrupt, grace }, after, () => finish(-1));
    };
    function cancel(): void {
      stop('cancelled');
    }
    child.on('error', (error) => {
      settle();
      reject(error);
    });
    child.on('exit', (code) => after(DRAIN_MS, () => finish(code ?? -1)));
    child.on('close', (code) => finish(code ?? -1));
    // A child that ends before it has read all breaks the pipe; its exit code and stderr tell why.
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin);
    after(timeoutMs, () => stop('timed-out'));
    signal.addEventListener('abort', cancel, { once: true });
  });
}
