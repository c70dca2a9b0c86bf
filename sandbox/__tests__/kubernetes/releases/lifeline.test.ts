/** A released server ends with its starter, and on a signal, as one that was built here does. */
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, copyFile, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { waitFor } from '../../../kubernetes/wait.ts';

const SCRIPT = join(import.meta.dirname, '..', '..', '..', 'kubernetes', 'releases', 'lifeline.sh');

const started: ChildProcess[] = [];
/** Each has a group of its own, with all that its scripts have started. */
afterEach(() => {
  for (const { pid = 0, stdin } of started.splice(0)) {
    stdin?.destroy();
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // All have ended.
    }
  }
});

interface Started {
  readonly child: ChildProcess;
  readonly pid: () => Promise<number>;
  readonly left: () => Promise<string>;
}

/** A server that notes its number, and the signal that ends it. */
async function start(body: string, lifeline = 'stdin'): Promise<Started> {
  const directory = await mkdtemp(join(tmpdir(), 'lifeline-'));
  await copyFile(SCRIPT, join(directory, 'server'));
  await writeFile(
    join(directory, 'server.released'),
    `#!/bin/sh\necho $$ > ${directory}/pid\ntrap 'echo TERM > ${directory}/left; exit 7' TERM\n${body}\n`,
  );
  for (const name of ['server', 'server.released']) await chmod(join(directory, name), 0o755);
  const child = spawn(join(directory, 'server'), ['argument'], {
    env: { PATH: process.env['PATH'], SANDBOX_LIFELINE: lifeline },
    stdio: ['pipe', 'inherit', 'inherit'],
    detached: true,
  });
  started.push(child);
  const read = async (name: string): Promise<string> =>
    await readFile(join(directory, name), 'utf8').catch(() => '');
  const pid = async (): Promise<number> => {
    await waitFor({
      what: 'the server',
      timeoutMs: 10_000,
      intervalMs: 20,
      check: async () => (await read('pid')) !== '',
    });
    return Number(await read('pid'));
  };
  return { child, pid, left: async () => await read('left') };
}

const WAITS = 'while :; do sleep 0.1; done';
const isGone = (pid: number): boolean => {
  try {
    return !process.kill(pid, 0);
  } catch {
    return true;
  }
};

test('it ends when the starter’s end of its input closes', async () => {
  const { child, pid, left } = await start(WAITS);
  const server = await pid();
  child.stdin?.end();
  expect(await once(child, 'exit')).toEqual([7, null]);
  expect(isGone(server)).toBe(true);
  expect(await left()).toBe('TERM\n');
});

test('it ends on a signal, and what it says with its end is passed on', async () => {
  const { child, pid } = await start(WAITS);
  await pid();
  child.kill('SIGTERM');
  expect(await once(child, 'exit')).toEqual([7, null]);
});

test('one that ends by itself ends with its own code', async () => {
  const { child } = await start('exit 3');
  expect(await once(child, 'exit')).toEqual([3, null]);
});

test('when the script is killed, the server ends with the input', async () => {
  const { child, pid } = await start(WAITS);
  const server = await pid();
  child.kill('SIGKILL');
  await once(child, 'exit');
  child.stdin?.destroy();
  await waitFor({
    what: 'the end of the server',
    timeoutMs: 10_000,
    intervalMs: 50,
    check: async () => await Promise.resolve(isGone(server)),
  });
});

test('without a lifeline it is the server itself', async () => {
  const { child } = await start('exit 4', '');
  child.stdin?.end();
  expect(await once(child, 'exit')).toEqual([4, null]);
});
