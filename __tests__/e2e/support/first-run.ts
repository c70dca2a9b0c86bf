/** The first run of a newcomer, in an environment in which something is not as it has to be. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { RunOptions } from '../../../sandbox/runner.ts';
import type { FailureReason } from '../../../src/model/failure.ts';
import { type Job, publishedPolicy } from './published-policy.ts';
import { errorOf, type Inputs, type Run, type Scene } from './scene.ts';

/** Puts the environment right again. */
export type Undo = () => Promise<unknown> | void;

export interface FirstRun {
  /** In the words of who has set it up. */
  readonly wrong: string;
  /** Why the run fails; undefined for one that goes through and says what is to be known. */
  readonly reason?: FailureReason;
  /** Over those of a newcomer. */
  readonly inputs?: Inputs | ((scene: Scene) => Inputs);
  /** Makes the environment wrong. */
  readonly make?: (scene: Scene) => Promise<Undo> | Undo;
  readonly options?: (scene: Scene) => Partial<RunOptions>;
  /** Words that tell what is wrong, and what to do. */
  readonly says: readonly string[];
  /** Of a run that goes through, the lines of the log that are to be shown. */
  readonly shows?: RegExp;
}

/** What the example of the README has, for a pull request. */
export const NEWCOMER: Inputs = { mode: 'plan', identity: 'pod-identity', 'parameter-prefixes': '' };

/** One scene as it went. */
export async function play(scene: Scene, { reason, inputs, make, options, shows }: FirstRun) {
  const undo = await make?.(scene);
  try {
    const given = { ...NEWCOMER, ...(typeof inputs === 'function' ? inputs(scene) : inputs) };
    const more = options?.(scene) ?? {};
    const run =
      reason === undefined ? await scene.succeed(given, more) : await scene.fail(reason, given, more);
    return { run, message: reason === undefined ? linesOf(run, shows) : errorOf(run) };
  } finally {
    await undo?.();
  }
}

function linesOf({ log }: Run, shows: RegExp | undefined): string {
  return log
    .split('\n')
    .filter((line) => shows?.test(line) === true)
    .join('\n');
}

export const RUNNER = 'github-runner';

/** Gives the job's role a policy in place of its own. */
export function policyOfJob({ world }: Scene, document: object | string | undefined): Undo {
  const { iam } = world.aws;
  const before = iam.role(RUNNER)?.inlinePolicies ?? {};
  const text = typeof document === 'object' ? JSON.stringify(document) : document;
  iam.editRole(RUNNER, { inlinePolicies: text === undefined ? {} : { runner: text } });
  return () => void iam.editRole(RUNNER, { inlinePolicies: before });
}

export const published = (scene: Scene, job: Job): Undo =>
  policyOfJob(scene, publishedPolicy(scene.world, job));

/** A policy that looks at any cluster, as some write it by hand. */
export const ANY_CLUSTER = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: ['eks:Describe*', 'eks:List*', 'iam:Get*', 'iam:List*'], Resource: '*' },
  ],
};

/** Runs all in turn; what was done last is undone first. */
export function both(...undos: readonly Undo[]): Undo {
  return async () => {
    for (const undo of undos.toReversed()) await undo();
  };
}

/** The pull request of the job from now on. */
export function onPullRequest({ world: { github } }: Scene, fork?: string): Undo {
  const { event, ref } = github.job;
  const number = github.openPullRequest('Serve another control plane');
  Object.assign(github.job, { event: 'pull_request', ref: `refs/pull/${number}/merge`, fork });
  return () => void Object.assign(github.job, { event, ref, fork: undefined });
}

/** The API server takes a moment to know of what was bound or taken away, and of a kind that is gone. */
export async function until(holds: () => Promise<boolean>): Promise<void> {
  for (let left = 100; left > 0; left -= 1) {
    if (await holds()) return;
    await sleep(200);
  }
  throw new Error('the cluster did not come to what the scene needs within 20 s');
}
