/** Runs an action by the rules of GitHub's runner, cancellation too. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { inputVariables, readAction } from './runner/action.ts';
import { createCommandFiles, type StepFiles } from './runner/file-commands.ts';
import { Masker } from './runner/masker.ts';
import { runStep, type StepEnd } from './runner/step.ts';
import { type Annotation, WorkflowCommands } from './runner/workflow-commands.ts';

export type { Annotation } from './runner/workflow-commands.ts';

export interface RunOptions {
  /** The `with:` of the step. */
  readonly inputs: Readonly<Record<string, string>>;
  /** The job's environment. Nothing else of this process's environment reaches the action. */
  readonly env: Readonly<Record<string, string>>;
  /** Value of `github.token`. It is masked, as on GitHub. */
  readonly githubToken?: string;
  /** Values of the workflow's secrets, masked from the start. */
  readonly secrets?: readonly string[];
  /** Path of action.yml; that of this repository if not given. */
  readonly action?: string;
  /** Kept between runs when given, as on a self-hosted runner: the tool cache. */
  readonly toolCache?: string;
  /** Directories before the minimal PATH. */
  readonly path?: readonly string[];
  /** Cancels the job so many milliseconds after the start of the main step. */
  readonly cancelAfterMs?: number;
  /** Cancels the job. */
  readonly signal?: AbortSignal;
  /** Loses the runner: all that the main step has started ends at once, and no post step runs. */
  readonly lost?: AbortSignal;
  /** Later steps of the job: between the main step, with its outputs, and the post step. */
  readonly laterSteps?: (outputs: Readonly<Record<string, string>>) => Promise<void>;
  /** Sees the log as a user would, line by line. */
  readonly onLine?: (line: string) => void;
}

export interface RunResult {
  readonly exitCode: number;
  readonly postExitCode: number | undefined;
  /** What the job was cancelled with last, if it was. */
  readonly cancelledBy: NodeJS.Signals | undefined;
  readonly outputs: Readonly<Record<string, string>>;
  readonly state: Readonly<Record<string, string>>;
  /** What the action put into the environment and the path of later steps. */
  readonly env: Readonly<Record<string, string>>;
  readonly path: readonly string[];
  /** What GitHub would show: nothing when it is over 1 MiB. */
  readonly summary: string;
  /** Both steps, as a user sees them: masked, commands taken out. */
  readonly log: string;
  /** Both steps, as the action wrote them. */
  readonly rawLog: string;
  readonly annotations: readonly Annotation[];
  /** RUNNER_TEMP and HOME, still there to look at. */
  readonly temp: string;
  readonly home: string;
  /** Removes the directories of this run. */
  dispose(): Promise<void>;
}

const summaryLimit = 1024 * 1024;

/** Runs a JavaScript action as GitHub's runner does: the main step, and always the post step after it. */
export async function runAction(options: RunOptions): Promise<RunResult> {
  const file = options.action ?? join(import.meta.dirname, '..', 'action.yml');
  const action = await readAction(file);
  const dir = await mkdtemp(join(tmpdir(), 'runner-'));
  const directories = { temp: join(dir, 'temp'), home: join(dir, 'home'), workspace: join(dir, 'work') };
  const toolCache = options.toolCache ?? join(dir, 'tools');
  for (const made of [...Object.values(directories), toolCache]) await mkdir(made, { recursive: true });

  const commands = new WorkflowCommands();
  const masker = new Masker([options.githubToken ?? '', ...(options.secrets ?? [])]);
  const shown: string[] = [];
  const raw: string[] = [];
  const onLine = (line: string): void => {
    raw.push(line);
    const visible = commands.take(line);
    for (const mask of commands.masks.splice(0)) masker.add(mask);
    if (visible === undefined) return;
    const masked = masker.mask(visible);
    shown.push(masked);
    options.onLine?.(masked);
  };
  const step = async (script: string, more: Record<string, string>, cancel: boolean) => {
    const files = await createCommandFiles(await mkdtemp(join(dir, 'step-')));
    const env = { ...baseEnvironment(options, directories, toolCache), ...more, ...files.variables };
    const cancelling = cancel ? cancellation(options) : undefined;
    const { lost } = options;
    const end = await runStep({ script, env, cwd: directories.workspace, onLine, signal: cancelling, lost });
    return { ...end, ...(await files.read()) };
  };

  const inputs = inputVariables(action, options.inputs, (expression) => evaluate(expression, options));
  const main = await step(action.main, inputs, true);
  await options.laterSteps?.(main.outputs);
  const state = Object.fromEntries(
    Object.entries(main.state).map(([name, value]) => [`STATE_${name}`, value]),
  );
  const post =
    action.post === undefined || options.lost?.aborted === true
      ? undefined
      : await step(action.post, { ...inputs, ...state }, false);
  return {
    ...gather(main, post, commands),
    log: shown.join('\n'),
    rawLog: raw.join('\n'),
    temp: directories.temp,
    home: directories.home,
    dispose: () => rm(dir, { recursive: true, force: true }),
  };
}

type Step = StepEnd & StepFiles;

function gather(main: Step, post: Step | undefined, commands: WorkflowCommands) {
  const summary = main.summary + (post?.summary ?? '');
  const size = Buffer.byteLength(summary);
  const annotations = [...commands.annotations];
  if (size > summaryLimit) {
    const message = `$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of 1024k, got ${Math.ceil(size / 1024)}k.`;
    annotations.push({ level: 'error', message, properties: {} });
  }
  return {
    exitCode: main.exitCode,
    postExitCode: post?.exitCode,
    cancelledBy: main.cancelledBy,
    outputs: { ...main.outputs, ...post?.outputs },
    state: main.state,
    env: { ...main.env, ...post?.env },
    path: [...main.path, ...(post?.path ?? [])],
    summary: size > summaryLimit ? '' : summary,
    annotations,
  };
}

function cancellation({ signal, cancelAfterMs }: RunOptions): AbortSignal | undefined {
  const signals = [
    ...(signal ? [signal] : []),
    ...(cancelAfterMs === undefined ? [] : [AbortSignal.timeout(cancelAfterMs)]),
  ];
  return signals.length === 0 ? undefined : AbortSignal.any(signals);
}

function baseEnvironment(
  options: RunOptions,
  directories: { readonly temp: string; readonly home: string; readonly workspace: string },
  toolCache: string,
): Record<string, string> {
  const path = [...(options.path ?? []), dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'];
  return {
    PATH: path.join(delimiter),
    HOME: directories.home,
    RUNNER_TEMP: directories.temp,
    RUNNER_TOOL_CACHE: toolCache,
    RUNNER_OS: { linux: 'Linux', darwin: 'macOS', win32: 'Windows' }[process.platform as string] ?? 'Linux',
    RUNNER_ARCH: { x64: 'X64', arm64: 'ARM64' }[process.arch as string] ?? 'X64',
    RUNNER_NAME: 'sandbox',
    RUNNER_ENVIRONMENT: 'github-hosted',
    GITHUB_WORKSPACE: directories.workspace,
    ...options.env,
  };
}

/** The few expressions that defaults in action.yml use. */
function evaluate(expression: string, { githubToken = '', env }: RunOptions): string {
  if (expression === 'github.token') return githubToken;
  const [, name] = /^github\.(\w+)$/.exec(expression) ?? [];
  const value = name === undefined ? undefined : env[`GITHUB_${name.toUpperCase()}`];
  if (value === undefined) throw new Error(`The sandbox's runner cannot evaluate \${{ ${expression} }}.`);
  return value;
}
