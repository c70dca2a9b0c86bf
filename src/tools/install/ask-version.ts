/** Asks a program for its version: the first time that a new one runs. */
import { Failure } from '../../model/failure.ts';
import { retryAfterPauses } from '../../wait/retry-after-pauses.ts';
import type { ExecRequest, ExecResult } from '../exec.ts';
import type { InstallContext, Installation } from './obtain.ts';
import { unavailable } from './unavailable.ts';

/** What a program on the disk is asked by, whatever the platform. */
export type Asked = Pick<Installation, 'tool' | 'context'>;

/** Some systems look a new program through before it runs for the first time. */
const VERSION_MS = 60_000;

/** Milliseconds. */
const WRITTEN_PAUSES = [20, 100, 500, 2_000];

/**
 * A program that has just been written can't be started while another process has it open for writing (ETXTBSY): one that was begun
 * in that moment, for the other tool, has all of this process's files until it is its own program.
 */
async function runWritten({ exec, clock }: InstallContext, request: ExecRequest): Promise<ExecResult> {
  type Ended = { readonly result: ExecResult } | { readonly error: unknown };
  const ended = await retryAfterPauses<Ended>({
    clock,
    pausesMs: WRITTEN_PAUSES,
    attempt: async () =>
      await exec(request).then(
        (result) => ({ result }),
        (error: unknown) => ({ error }),
      ),
    mayRetry: (one) => 'error' in one && isStillWritten(one.error),
    beforePause: () => {},
  });
  if ('error' in ended) throw ended.error;
  return ended.result;
}

function isStillWritten(error: unknown): boolean {
  const cause = error instanceof Failure ? error.details.cause : error;
  return typeof cause === 'object' && cause !== null && 'code' in cause && cause.code === 'ETXTBSY';
}

/** What the program says its version is. */
export async function askVersion(installation: Asked, path: string): Promise<string> {
  const { tool, context } = installation;
  const { code, stdout, stderr } = await runWritten(context, {
    file: path,
    args: tool.versionArgs,
    env: context.env,
    tried: `ask ${path} for its version`,
    limit: {
      ms: VERSION_MS,
      reason: 'tool-unavailable',
      next: `Check that ${tool.name} runs on this runner.`,
    },
  });
  const version = code === 0 ? tool.parseVersion(stdout) : '';
  if (version !== '') return version;
  const said = stderr.trim() === '' ? `it ended with code ${code} and told no version` : stderr.trim();
  throw unavailable(`ask ${path} for its version`, said, `Check that ${tool.name} runs on this runner.`);
}
