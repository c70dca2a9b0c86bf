/** Runs a workflow of a repository with act, its jobs on this machine itself and not in containers. */
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { type ActEntry, type ActStep, jobsOf, parseEntry, stepsOf } from './log.ts';

export interface ActOptions {
  /** The program. */
  readonly act: string;
  /** A repository, with the workflow in it. */
  readonly directory: string;
  /** Path of the workflow in the repository. */
  readonly workflow: string;
  readonly event: string;
  /** File with the payload of the event. */
  readonly eventPath: string;
  /** Of each job. act works out the expressions in them. */
  readonly env: Readonly<Record<string, string>>;
  readonly secrets: Readonly<Record<string, string>>;
  /** The variables of the repository. */
  readonly variables: Readonly<Record<string, string>>;
  /** By `owner/name@ref`, the directory that stands for it. */
  readonly repositories: ReadonlyMap<string, string>;
  /** Where jobs have their directories, and the tool cache that they share. */
  readonly cache: string;
  /** Of the jobs: node, git and what else their steps call. */
  readonly path: string;
  readonly home: string;
  readonly onEntry?: (entry: ActEntry) => void;
}

export interface ActRun {
  readonly exitCode: number;
  readonly steps: readonly ActStep[];
  /** By id, how each job ended; of a matrix, its worst. */
  readonly jobs: Readonly<Record<string, string>>;
  /** All that act and the jobs have written. */
  readonly log: string;
}

/** No container for the jobs of these labels: so act needs no Docker. */
const ON_THIS_MACHINE = ['ubuntu-latest=-self-hosted', 'self-hosted=-self-hosted'];

export async function runAct(options: ActOptions): Promise<ActRun> {
  const { act, directory, workflow, event, eventPath, env, secrets, repositories, cache } = options;
  const args = [
    event,
    '--json',
    '--no-cache-server',
    `--workflows=${workflow}`,
    `--eventpath=${eventPath}`,
    `--action-cache-path=${cache}`,
    // act writes to a map without a lock when jobs look for their actions side by side.
    '--concurrent-jobs=1',
    // Without it act itself does what `actions/checkout` is asked for.
    '--no-skip-checkout',
    ...ON_THIS_MACHINE.flatMap((platform) => ['--platform', platform]),
    ...given('--env', Object.entries(env)),
    ...given('--secret', Object.entries(secrets)),
    ...given('--var', Object.entries(options.variables)),
    ...given('--local-repository', repositories),
  ];
  const child = spawn(act, args, {
    cwd: directory,
    // act gives its own environment to the jobs, too.
    env: { PATH: options.path, HOME: options.home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => {
      resolve(code ?? 1);
    });
  });
  const entries: ActEntry[] = [];
  const lines: string[] = [];
  const read = async (stream: NodeJS.ReadableStream): Promise<void> => {
    for await (const line of createInterface({ input: stream })) {
      const entry = parseEntry(line);
      lines.push(entry.msg);
      entries.push(entry);
      options.onEntry?.(entry);
    }
  };
  const [exitCode] = await Promise.all([ended, read(child.stdout), read(child.stderr)]);
  return { exitCode, steps: stepsOf(entries), jobs: jobsOf(entries), log: lines.join('\n') };
}

function given(flag: string, values: Iterable<readonly [string, string]>): readonly string[] {
  return [...values].flatMap(([name, value]) => [flag, `${name}=${value}`]);
}
