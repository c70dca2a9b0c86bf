/** `npm run sandbox -- up`: a world that stays up and takes commands. */
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { type Arguments, readArguments, usage } from './cli/arguments.ts';
import { consoleHelp, runCommand } from './cli/console.ts';
import { shellGuide } from './cli/guide.ts';
import { startWorld, type World } from './world.ts';

const begin = performance.now();

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Progress with the seconds since the start. */
function progress(line: string): void {
  print(`${((performance.now() - begin) / 1_000).toFixed(1).padStart(6)} s  ${line}`);
}

async function up({ world: options, rbacFile, runnerPolicyFile, verbose }: Arguments): Promise<void> {
  let started = false;
  const world = await startWorld({
    ...options,
    ...(rbacFile === undefined ? {} : { rbac: await readFile(rbacFile, 'utf8') }),
    ...(runnerPolicyFile === undefined ? {} : { runnerPolicy: await readPolicy(runnerPolicyFile) }),
    log: (line) => {
      if (verbose || !started) progress(line);
    },
  });
  started = true;
  const player = world.aws.iam.createUser({
    userName: 'player',
    policies: ['arn:aws:iam::aws:policy/AdministratorAccess'],
  });
  print(`\n${shellGuide(world, player)}\n\n${consoleHelp}\n`);
  await untilInterrupted(world);
  progress('stopping');
  await world.stop();
  progress('stopped');
}

async function readPolicy(file: string): Promise<object> {
  const policy: unknown = JSON.parse(await readFile(file, 'utf8'));
  if (typeof policy !== 'object' || policy === null) throw new Error(`${file} holds no policy.`);
  return policy;
}

/** Carries out what is typed, one command at a time, until Ctrl-C. */
async function untilInterrupted(world: World): Promise<void> {
  const lines = createInterface({ input: process.stdin });
  let running = Promise.resolve();
  lines.on('line', (line) => {
    running = running.then(() => runCommand(world, line, print));
  });
  // Keeps the process alive when there is no standard input to wait for.
  const alive = setInterval(() => {}, 60_000);
  await Promise.race([once(process, 'SIGINT'), once(process, 'SIGTERM')]);
  clearInterval(alive);
  lines.close();
}

try {
  await up(readArguments(process.argv.slice(2)));
} catch (error) {
  print(`${error instanceof Error ? error.message : String(error)}\n\n${usage}`);
  process.exitCode = 1;
}
