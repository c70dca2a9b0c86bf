/** Runs the examples as they stand in examples/, with act, in the world of a scene. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, expect } from '@jest/globals';
import type { ActEntry } from '../../../sandbox/act/log.ts';
import { type ActRun, runAct } from '../../../sandbox/act/run.ts';
import type { World } from '../../../sandbox/world.ts';
import { ACTION, type ExampleFile, readExample, widest } from './example-file.ts';
import { environmentOf, type Ground, layGround, type Mirrors, pathOf } from './example-ground.ts';
import { layOut, makeRepository, repositoriesFor } from './example-place.ts';
import { type JobRole, makeRole, rolesIn } from './example-roles.ts';
import { namesOf, type Scene } from './scene.ts';

export interface ExampleOptions {
  /** Roles whose names the example works out. */
  readonly roles?: readonly JobRole[];
  readonly secrets?: Readonly<Record<string, string>>;
  readonly variables?: Readonly<Record<string, string>>;
  /** What `actions/checkout` finds in its repository. */
  readonly files?: Readonly<Record<string, string>>;
  readonly onEntry?: (entry: ActEntry) => void;
}

export interface ExampleRun extends ActRun {
  /** `service:Action` of the calls that change something, sorted. */
  readonly writes: readonly string[];
  /** The outputs of each step that uses this action, in their order. */
  readonly outputs: readonly Readonly<Record<string, string>>[];
  /** The pull request that it was run for. */
  readonly pullRequest: number | undefined;
}

export interface Examples {
  readonly ground: Ground;
  /** Runs `examples/<name>.yml` for the first event that it names: of a pull request that is opened for it, else on main. */
  run(name: string, options?: ExampleOptions): Promise<ExampleRun>;
  /** The names of those that were run. */
  readonly ran: ReadonlySet<string>;
}

/** The workflows that examples/fleet.yml calls. */
const CALLED = ['fleet', 'fleet-clusters'].map((name) => `.github/workflows/${name}.yml`);
const BUILD_MS = 1_800_000;

export function useExamples(scene: Scene, mirrors: Mirrors = {}): Examples {
  let ground: Ground | undefined;
  const ran = new Set<string>();
  beforeAll(async () => {
    ground = await layGround(scene.world, mirrors);
  }, BUILD_MS);
  afterAll(async () => {
    await ground?.close();
  });
  const laid = (): Ground => {
    if (ground === undefined) throw new Error('nothing is ready yet');
    return ground;
  };
  return {
    get ground() {
      return laid();
    },
    ran,
    run: async (name, options = {}) => {
      ran.add(name);
      const { calls } = scene.world.aws;
      const before = calls.length;
      const run = await runExample(laid(), scene.world, name, options);
      const writes = namesOf(calls.slice(before).filter((call) => !call.readOnly));
      const uses = run.steps.filter((step) => isOurs(step.name) && step.main !== undefined);
      expect(uses.map(({ post }) => post)).toEqual(uses.map(() => 'success'));
      const pullRequest = /^refs\/pull\/(\d+)\//.exec(scene.world.github.job.ref)?.[1];
      return {
        ...run,
        writes,
        outputs: uses.map(({ outputs }) => outputs),
        pullRequest: pullRequest === undefined ? undefined : Number(pullRequest),
      };
    },
  };
}

const isOurs = (name: string): boolean =>
  name.startsWith(ACTION) || name.startsWith('./.spaces-workload-identity');

/** GitHub as it is for a run of this example. act knows no `permissions`, so the token may do what any of its jobs may. */
function setGithub({ github }: World, name: string, example: ExampleFile): void {
  const isProposed = example.event === 'pull_request';
  github.job.event = example.event;
  github.job.ref = isProposed ? `refs/pull/${github.openPullRequest(name)}/merge` : 'refs/heads/main';
  github.job.permissions = {
    idToken: 'write',
    issues: widest(example, 'issues'),
    pullRequests: widest(example, 'pull-requests'),
  };
}

async function runExample(
  ground: Ground,
  world: World,
  name: string,
  options: ExampleOptions,
): Promise<ActRun> {
  const path = `examples/${name}.yml`;
  const example = readExample(path);
  const called = example.text.includes(`${ACTION}/.github/workflows/`) ? CALLED : [];
  const files = [example, ...called.map(readExample)];
  setGithub(world, name, example);
  for (const role of [...rolesIn(example), ...(options.roles ?? [])]) makeRole(world, ground.accountOf, role);

  const directory = await mkdtemp(join(ground.directory, 'repository-'));
  await makeRepository(directory, { name: basename(path), text: example.text });
  // act looks for a workflow that a called one calls in the repository of the caller.
  for (const file of called.slice(1))
    await writeFile(join(directory, file), await readFile(join(ground.directory, 'action', file)));
  const { job, token, idTokenRequestToken } = world.github;
  await layOut(join(ground.directory, 'repositories', job.owner, job.name), options.files);
  const run = await runAct({
    act: ground.act,
    directory,
    workflow: `.github/workflows/${basename(path)}`,
    event: job.event,
    eventPath: world.environment()['GITHUB_EVENT_PATH'] ?? '',
    env: environmentOf(ground, world, files),
    secrets: { GITHUB_TOKEN: token, ...options.secrets },
    variables: options.variables ?? {},
    repositories: repositoriesFor(ground.directory, files.map(({ text }) => text).join('\n')),
    cache: ground.cache,
    path: pathOf(world),
    home: join(ground.directory, 'home'),
    ...(options.onEntry !== undefined && { onEntry: options.onEntry }),
  });
  await expectNothingLeft(run, ground.cache, [token, idTokenRequestToken, world.registry.password]);
  return run;
}

/** act keeps the directories of a job that failed: what the post step has left in RUNNER_TEMP would be there. */
async function expectNothingLeft({ log }: ActRun, cache: string, secrets: readonly string[]): Promise<void> {
  expect(secrets.filter((secret) => log.includes(secret))).toEqual([]);
  for (const folder of await readdir(cache)) {
    if (!/^[0-9a-f]{16}$/.test(folder)) continue;
    const left = await readdir(join(cache, folder, 'tmp'));
    // What the report on a fleet has downloaded is the workflow's own.
    expect(left.filter((name) => name !== 'fleet')).toEqual([]);
    await rm(join(cache, folder), { recursive: true });
  }
}
