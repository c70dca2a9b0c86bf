/**
 * Runs the bundles as a runner would, with no inputs: main, fleet and fleet-report must load and say what is missing, post must clean up. Every
 * job downloads and parses them, so they have a size that they may not reach (`npm run build -- --stats` says what weighs what).
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** In bytes. */
const LIMITS = { main: 1_900_000, post: 20_000, fleet: 1_300_000, 'fleet-report': 700_000 };

const home = mkdtempSync(join(tmpdir(), 'smoke-'));

/** The runner's command files, empty at the start of a step. */
function files(step: string): Readonly<Record<string, string>> {
  const names = ['GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_STEP_SUMMARY'];
  return Object.fromEntries(
    names.map((name) => {
      const path = join(home, `${step}-${name}`);
      writeFileSync(path, '');
      return [name, path];
    }),
  );
}

function run(step: keyof typeof LIMITS, more: Readonly<Record<string, string>> = {}) {
  const commands = files(step);
  const env = { PATH: process.env['PATH'], RUNNER_TEMP: home, HOME: home, ...commands, ...more };
  const { status, stdout, stderr } = spawnSync(process.execPath, [`dist/${step}/index.js`], {
    env,
    encoding: 'utf8',
  });
  const read = (name: string): string => readFileSync(commands[name] ?? '', 'utf8');
  return { status, log: stdout + stderr, read };
}

/** What a step set, of the form `name<<END`, value, `END`. */
function valueOf(text: string, name: string): string | undefined {
  return new RegExp(`^${name}<<(\\S+)\\r?\\n([\\s\\S]*?)\\r?\\n\\1$`, 'm').exec(text)?.[2];
}

function expect(holds: boolean, what: string, log: string): void {
  if (!holds) throw new Error(`${what}. The log:\n${log}`);
}

try {
  for (const [step, limit] of Object.entries(LIMITS)) {
    const { size } = statSync(`dist/${step}/index.js`);
    const sizes = `dist/${step}/index.js: ${size.toLocaleString('en')} bytes, limit ${limit.toLocaleString('en')}`;
    console.log(sizes);
    if (size >= limit) throw new Error(`Too large: ${sizes}`);
  }

  const main = run('main');
  expect(main.status === 1, `main ended with ${main.status}, not 1`, main.log);
  const reason = valueOf(main.read('GITHUB_OUTPUT'), 'failure-reason');
  expect(reason === 'invalid-input', `failure-reason is ${reason}`, main.log);
  for (const name of ['identity', 'cluster-name'])
    expect(main.log.includes(`\`${name}\` is required`), `${name} is not asked for`, main.log);
  expect(main.read('GITHUB_STEP_SUMMARY').includes('invalid-input'), 'the summary says nothing', main.log);
  const directory = valueOf(main.read('GITHUB_STATE'), 'directory') ?? '';
  expect(existsSync(directory), 'main left no directory to clean up', main.log);

  const beside = join(home, 'beside');
  mkdirSync(beside);
  const idle = run('post');
  expect(idle.status === 0 && idle.log === '', `post without a state ended with ${idle.status}`, idle.log);
  expect(existsSync(directory), 'post without a state removed the directory', idle.log);
  const post = run('post', { STATE_directory: directory });
  expect(post.status === 0, `post ended with ${post.status}, not 0`, post.log);
  expect(!existsSync(directory), 'post left the directory', post.log);
  expect(existsSync(beside), 'post removed more than the directory', post.log);

  const fleet = run('fleet');
  expect(fleet.status === 1, `fleet ended with ${fleet.status}, not 1`, fleet.log);
  expect(fleet.log.includes('`regions` is required'), 'regions is not asked for', fleet.log);
  expect(fleet.read('GITHUB_STEP_SUMMARY').includes('invalid-input'), 'its summary says nothing', fleet.log);
  const left = valueOf(fleet.read('GITHUB_STATE'), 'directory') ?? '';
  expect(existsSync(left), 'fleet left no directory to clean up', fleet.log);
  expect(run('post', { STATE_directory: left }).status === 0 && !existsSync(left), 'it stays', fleet.log);
  const report = run('fleet-report');
  expect(report.status === 1, `fleet-report ended with ${report.status}, not 1`, report.log);
  const verdict = valueOf(report.read('GITHUB_OUTPUT'), 'verdict');
  expect(verdict === 'error', `the verdict of the fleet is ${verdict}`, report.log);
  for (const name of ['path', 'expected'])
    expect(report.log.includes(`\`${name}\` is required`), `${name} is not asked for`, report.log);
  console.log('All bundles run.');
} finally {
  rmSync(home, { recursive: true, force: true });
}
