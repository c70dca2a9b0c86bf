/**
 * Child processes: an argument array, never a shell; nothing of command line, stdin or output reaches the log. None of them
 * runs longer than its limit, or than the job.
 */
import { Failure, type FailureReason } from '../model/failure.ts';
import { jobCancelled } from './cancelled.ts';
import { runChild } from './child.ts';
import { errorMessage } from './error-message.ts';

/** How long a program may run, and the failure of one that runs longer. */
export interface TimeLimit {
  readonly ms: number;
  readonly reason: FailureReason;
  readonly next: string;
}

export interface ExecRequest {
  /** Path of the program. */
  readonly file: string;
  /** Never a secret: other processes of the machine can read it. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  /** What it is run for, as a failure says it, such as `list the pods`. */
  readonly tried: string;
  readonly limit: TimeLimit;
  readonly stdin?: string | undefined;
  readonly cwd?: string | undefined;
  /** For a program that must write down how far it came: it is asked to end before it is made to. `next`: what to do when it was cancelled. */
  readonly interrupt?: { readonly next: string };
}

export interface ExecResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export type Exec = (request: ExecRequest) => Promise<ExecResult>;

/**
 * Runs programs to their end for as long as the job lasts (`signal`: aborted when it is cancelled). An exit code is no error
 * here. Throws `cancelled`, the limit's reason when the time is up, and `tool-unavailable` for a program that can't be started.
 */
export function createExec(signal: AbortSignal): Exec {
  return async (request) => {
    const { file, tried, limit, interrupt } = request;
    const started = await start(request, signal);
    const { stopped, ...result } = started;
    // A program that came to a good end all the same has done what it was asked for.
    if (stopped === undefined || result.code === 0) return result;
    if (stopped === 'cancelled') throw jobCancelled(tried, { next: interrupt?.next });
    const said = `${programName(file)} did not end within ${limit.ms / 1000} s and was stopped`;
    throw new Failure(limit.reason, { tried, said, next: limit.next });
  };
}

async function start({ limit, interrupt, ...request }: ExecRequest, signal: AbortSignal) {
  try {
    return await runChild({ ...request, timeoutMs: limit.ms, signal, interrupt: interrupt !== undefined });
  } catch (error) {
    throw new Failure('tool-unavailable', {
      tried: `start ${request.file}`,
      said: errorMessage(error),
      next: 'Check that the program exists on the runner, may be executed, and is built for its platform.',
      cause: error,
    });
  }
}

/** `kubectl` of a path to it. */
function programName(file: string): string {
  return file.replace(/^.*[/\\]/, '').replace(/\.exe$/i, '');
}
