/** Child processes: an argument array, never a shell; nothing of command line, stdin or output reaches the log. */
import { exec } from '@actions/exec';
import { Failure } from '../model/failure.ts';
import { runChild } from './child.ts';
import { errorMessage } from './error-message.ts';
import { collectOutput } from './output.ts';

export interface ExecRequest {
  /** Path of the program. */
  readonly file: string;
  /** Never a secret: other processes of the machine can read it. */
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
  readonly stdin?: string;
  readonly cwd?: string;
  /** Aborted: the child gets SIGINT and some seconds to end. */
  readonly signal?: AbortSignal;
}

export interface ExecResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** The signal was aborted while it ran. */
  readonly interrupted: boolean;
}

export type Exec = (request: ExecRequest) => Promise<ExecResult>;

/** By the toolkit: it knows the ways of each platform to find and start a program. */
async function runByToolkit(request: ExecRequest): Promise<ExecResult> {
  const stdout = collectOutput();
  const stderr = collectOutput();
  // The toolkit splits its first argument at blanks, hence the quotes.
  const code = await exec(`"${request.file}"`, [...request.args], {
    env: { ...request.env },
    ...(request.cwd === undefined ? {} : { cwd: request.cwd }),
    silent: true,
    ignoreReturnCode: true,
    // No `input`: the toolkit writes it without listening for errors, and a child that is gone already would end this process.
    listeners: { stdout: stdout.add, stderr: stderr.add },
  });
  return { code, stdout: stdout.text(), stderr: stderr.text(), interrupted: false };
}

/** Runs a program to its end. An exit code is no error here; a program that can't be started is `tool-unavailable`. */
export const runProgram: Exec = async (request) => {
  try {
    const needsOwnChild = request.stdin !== undefined || request.signal !== undefined;
    return await (needsOwnChild ? runChild(request) : runByToolkit(request));
  } catch (error) {
    throw new Failure('tool-unavailable', {
      tried: `start ${request.file}`,
      said: errorMessage(error),
      next: 'Check that the program exists on the runner, may be executed, and is built for its platform.',
      cause: error,
    });
  }
};
