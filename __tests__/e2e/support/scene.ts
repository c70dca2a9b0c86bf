/** One world for a test file: its tests are steps that follow each other, as the days of a Space do. */
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import type { RecordedCall } from '../../../sandbox/aws/index.ts';
import { type Client, createClient } from '../../../sandbox/kubernetes/index.ts';
import type { RunOptions, RunResult } from '../../../sandbox/runner.ts';
import { startWorld, type World, type WorldOptions } from '../../../sandbox/world.ts';

export interface SceneOptions extends WorldOptions {
  /**
   * Where the action has helm and kubectl from: by default they are on the runner (`path`), which spares each run to verify and unpack
   * them. `downloads`: as most users have it, from the site, and from the tool cache after that.
   */
  readonly tools?: 'downloads';
}

export type Inputs = Readonly<Record<string, string>>;

/** One run of the action, with what AWS saw of it. */
export interface Run extends RunResult {
  readonly calls: readonly RecordedCall[];
  /** `service:Action` of the calls that change something, sorted. */
  readonly writes: readonly string[];
}

export interface Scene {
  readonly world: World;
  /** The cluster as its administrator sees it. */
  readonly client: Client;
  /** Runs the action, whatever comes of it. */
  run(inputs: Inputs, options?: Partial<RunOptions>): Promise<Run>;
  /** Runs the action, which must end well; else the error shows its log. */
  succeed(inputs: Inputs, options?: Partial<RunOptions>): Promise<Run>;
  /** Runs the action, which must fail for this reason. */
  fail(reason: string, inputs: Inputs, options?: Partial<RunOptions>): Promise<Run>;
}

/** Kept between runs, as on a self-hosted runner: the tools are downloaded once. Each worker has its own, as each runner has. */
const toolCache = join(
  import.meta.dirname,
  '..',
  '..',
  '..',
  '.cache',
  `e2e-tools-${process.env['JEST_WORKER_ID']}`,
);

/** The first start of all builds Kubernetes and Helm. */
const BUILD_MS = 1_800_000;

/** Starts a world before the first test of the file and ends it after the last. */
export function useScene({ tools, ...worldOptions }: SceneOptions = {}): Scene {
  let started: { readonly world: World; readonly client: Client } | undefined;
  const runs: Run[] = [];
  beforeAll(async () => {
    const world = await startWorld(worldOptions);
    started = { world, client: createClient(world.cluster.adminKubeconfig) };
  }, BUILD_MS);
  afterAll(async () => {
    for (const done of runs) await done.dispose();
    await started?.world.stop();
  }, 120_000);

  const stage = () => {
    if (started === undefined) throw new Error('the world is not up');
    return started;
  };
  const run = async (inputs: Inputs, more: Partial<RunOptions> = {}): Promise<Run> => {
    const { world } = stage();
    const before = world.aws.calls.length;
    const onRunner = tools === undefined && more.toolCache === undefined ? toolsOf(world) : undefined;
    const options = { toolCache, ...more, ...onRunner?.options };
    const result = await world.run({ ...onRunner?.inputs, ...inputs }, options);
    const calls = world.aws.calls.slice(before);
    const done = { ...result, calls, writes: namesOf(calls.filter((call) => !call.readOnly)) };
    runs.push(done);
    return done;
  };
  return {
    get world() {
      return stage().world;
    },
    get client() {
      return stage().client;
    },
    run,
    succeed: async (inputs, more) => succeeded(await run(inputs, more)),
    fail: async (reason, inputs, more) => failed(await run(inputs, more), reason),
  };
}

/** A runner that has helm and kubectl already. */
function toolsOf({ binaries }: World) {
  const inputs: Inputs = { 'helm-version': 'path', 'kubectl-version': 'path' };
  return { inputs, options: { path: [dirname(binaries.helm), dirname(binaries.kubectl)] } };
}

/** `service:Action` of each call, sorted. */
export function namesOf(calls: readonly RecordedCall[]): readonly string[] {
  return calls.map(({ service, action }) => `${service}:${action}`).toSorted();
}

function succeeded(run: Run): Run {
  if (run.exitCode !== 0) throw new Error(`the action failed with exit code ${run.exitCode}:\n${run.log}`);
  expect(run.outputs['failure-reason']).toBe('');
  return run;
}

/** A failed run says so once, by the same word in the output, the annotation and the summary. */
function failed(run: Run, reason: string): Run {
  if (run.exitCode !== 1 || run.outputs['failure-reason'] !== reason)
    throw new Error(
      `expected ${reason}, exit code 1; got ${run.outputs['failure-reason']}, exit code ${run.exitCode}:\n${run.log}`,
    );
  const errors = run.annotations.filter(({ level }) => level === 'error');
  expect(errors).toHaveLength(1);
  expect(errors[0]?.message).toMatch(new RegExp(`^${reason}: `));
  expect(run.summary).toContain(`Failed: <code>${reason}</code>`);
  return run;
}

/** An output that is JSON. */
export function jsonOf(run: Run, output: string): unknown {
  return JSON.parse(run.outputs[output] ?? 'null');
}

/** The text of the one error annotation. */
export function errorOf(run: Run): string {
  return run.annotations.find(({ level }) => level === 'error')?.message ?? '';
}
