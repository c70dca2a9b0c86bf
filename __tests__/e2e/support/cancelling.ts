/** Cancels the job in the middle of a run: at a write that is not answered, at a read that is not, or when something shows. */
import { readdir } from 'node:fs/promises';
import { expect } from '@jest/globals';
import type { ApiFront } from '../../../sandbox/kubernetes/index.ts';
import { waitFor } from '../../../sandbox/kubernetes/wait.ts';
import type { RunOptions } from '../../../sandbox/runner.ts';
import { letTimePass, type Moment } from './killing.ts';
import { isPending } from './pending.ts';
import { errorOf, type Inputs, type Run, type Scene } from './scene.ts';

export interface Cancelled {
  readonly run: Run;
  /** What was under way; undefined when the run has ended before. */
  readonly at: string | undefined;
}

/** What is held back until the run is over, and then never answered. */
interface Hold {
  readonly signal: AbortSignal;
  /** From now on the job is cancelled. */
  readonly hit: (at: string) => Promise<never>;
}

async function withHold(act: (hold: Hold) => Promise<Run>): Promise<Cancelled> {
  const cancel = new AbortController();
  const over = Promise.withResolvers<never>();
  // Nobody may be waiting.
  over.promise.catch(() => undefined);
  let at: string | undefined;
  const hit = async (what: string): Promise<never> => {
    at ??= what;
    cancel.abort();
    return await over.promise;
  };
  try {
    return { run: await act({ signal: cancel.signal, hit }), at };
  } finally {
    over.reject(new Error('the job is over'));
  }
}

/** A run that is cancelled at its nth write, which is not answered. `before`: nor is it carried out. */
export async function cancelAtWrite(
  scene: Scene,
  front: ApiFront,
  inputs: Inputs,
  { nth, when }: Moment,
): Promise<Cancelled> {
  const { faults } = scene.world.aws;
  let count = 0;
  try {
    return await withHold(async ({ signal, hit }) => {
      const gate = async (write: string, moment: Moment['when']): Promise<void> => {
        if (moment === when && !signal.aborted) count += 1;
        if (moment === when && count === nth && !signal.aborted) await hit(write);
      };
      faults.gate = gate;
      front.gate = gate;
      return await scene.run(inputs, { signal });
    });
  } finally {
    faults.gate = undefined;
    front.gate = undefined;
  }
}

/** A run that is cancelled at its first call of this action, which is not answered. */
export async function cancelAtRead(scene: Scene, inputs: Inputs, action: string): Promise<Cancelled> {
  const { faults } = scene.world.aws;
  try {
    return await withHold(async ({ signal, hit }) => {
      faults.bend = async (name, answer) => (name === action ? await hit(name) : answer);
      return await scene.run(inputs, { signal });
    });
  } finally {
    faults.bend = undefined;
  }
}

export interface AtLine {
  readonly line: string;
  readonly afterMs?: number;
  /** What is done when the log shows another line, before that one. */
  readonly before?: { readonly line: string; readonly act: () => Promise<void> };
}

/** A run that is cancelled so many milliseconds after its log shows this. */
export async function cancelAtLine(
  scene: Scene,
  inputs: Inputs,
  { line, afterMs = 1_000, before }: AtLine,
  options: Partial<RunOptions> = {},
): Promise<Cancelled> {
  const cancel = new AbortController();
  let at: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  let acted: Promise<void> | undefined;
  const onLine = (shown: string): void => {
    if (before !== undefined && shown.includes(before.line)) acted ??= before.act();
    if (at !== undefined || !shown.includes(line)) return;
    at = line;
    timer = setTimeout(() => cancel.abort(), afterMs);
  };
  const run = await scene.run(inputs, { ...options, signal: cancel.signal, onLine });
  clearTimeout(timer);
  await acted;
  return { run, at: cancel.signal.aborted ? at : undefined };
}

/** It has ended before GitHub's second signal, says so, says what came of each change, and leaves nothing behind. */
export async function expectReported(scene: Scene, run: Run, at: string): Promise<string> {
  if (run.exitCode !== 1 || run.outputs['failure-reason'] !== 'cancelled')
    throw new Error(`exit code ${run.exitCode}, ${run.outputs['failure-reason']}:\n${run.log}`);
  expect(run.cancelledBy).toBe('SIGINT');
  expect(run.postExitCode).toBe(0);
  expect(errorOf(run)).toContain('the job was cancelled');
  expect(await readdir(run.temp)).toEqual([]);
  const wrote = run.writes.length > 0;
  if (wrote) expect(run.outputs['changed']).toBe('true');
  // A table of changes has an outcome for each.
  if (wrote) expect(run.summary).toMatch(/✅ done|❌|⏭️ not attempted/);
  for (const call of run.calls.filter(({ readOnly, outcome }) => !readOnly && outcome === 'ok'))
    expectNotDenied(run, WHAT[call.action]);
  try {
    await waitFor({
      what: 'the end of helm',
      timeoutMs: 20_000,
      check: async () => !(await isPending(scene)),
    });
    return 'reported';
  } catch (error) {
    // Helm can't tell that it has failed where that very write is not answered: the next run takes the record away, in time.
    if (!at.includes('secrets')) throw error;
    await letTimePass(scene);
    return 'reported, release freed by the next run';
  }
}

/** By the call that carries it out, the change of which the summary has one row. */
const WHAT: Readonly<Record<string, string>> = {
  CreateOpenIDConnectProvider: 'oidc-provider',
  CreateRole: 'role',
  PutRolePolicy: 'role/access-policy',
  UpdateAssumeRolePolicy: 'role/trust-policy',
  CreateAddon: 'agent',
};

/** What was carried out is not told as not attempted. */
function expectNotDenied(run: Run, id: string | undefined): void {
  const row = run.summary.split('\n').find((line) => id !== undefined && line.includes(`<code>${id}</code>`));
  expect(row ?? '').not.toContain('not attempted');
}
