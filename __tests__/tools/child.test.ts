/** How a child is brought to its end, with all that it started. */
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { waitFor } from '../../sandbox/kubernetes/wait.ts';
import { type ChildRequest, type Grace, runChild } from '../../src/tools/child.ts';
import { signalTree } from '../../src/tools/process-tree.ts';
import { env, isAlive, node, readyFile, SAY_READY } from './child-requests.ts';

/** Shorter than in life, but for what must not run out. */
const grace: Grace = { ended: 200, cancelled: 200, interrupted: 200 };
const NEVER_MS = 600_000;

const FOREVER = 'setInterval(() => {}, 1000)';
const DEAF = `for (const name of ["SIGINT", "SIGTERM"]) process.on(name, () => {}); ${FOREVER}`;
/** A kubectl whose plug-in hangs: the parent waits for the grandchild, which says its id. */
const WITH_PLUGIN = (plugin: string, options = ''): string =>
  `require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(`${plugin}; ${SAY_READY}`)}], { stdio: "inherit" ${options} }); ${FOREVER}`;

interface Running {
  readonly ended: ReturnType<typeof runChild>;
  /** Of whoever said that it is up. */
  readonly pid: number;
  readonly cancel: () => void;
}

async function running(code: string, more: Partial<ChildRequest> = {}, how = grace): Promise<Running> {
  const abort = new AbortController();
  const ready = await readyFile();
  const request = { file: node, args: ['-e', code], env: { ...env, READY: ready.path } };
  const bounds = { timeoutMs: NEVER_MS, signal: abort.signal, interrupt: false };
  const ended = runChild({ ...request, ...bounds, ...more }, how);
  await ready.appeared();
  const pid = Number(await readFile(ready.path, 'utf8'));
  return { ended, pid, cancel: () => abort.abort() };
}

const isGone = async (pid: number): Promise<boolean> => await Promise.resolve(!isAlive(pid));
const expectGone = async (pid: number): Promise<void> =>
  await waitFor({ what: 'the end of the process', timeoutMs: 60_000, check: () => isGone(pid) });

test.each([
  ['ends by itself when told', FOREVER],
  ['does not listen', DEAF],
])('a plug-in that %s is ended with the child when the job is cancelled', async (_what, plugin) => {
  const { ended, pid, cancel } = await running(WITH_PLUGIN(plugin));
  cancel();
  expect(await ended).toMatchObject({ code: -1, stopped: 'cancelled' });
  await expectGone(pid);
});

test('so it is when the time is up', async () => {
  // Both programs are up in less; if not, there is no plug-in to end, and the file never appears.
  const { ended, pid } = await running(WITH_PLUGIN(DEAF), { timeoutMs: 15_000 });
  expect(isAlive(pid)).toBe(true);
  expect(await ended).toMatchObject({ code: -1, stopped: 'timed-out' });
  await expectGone(pid);
});

test('a process that left the group holds the output open, but not the run', async () => {
  const { ended, pid, cancel } = await running(WITH_PLUGIN(FOREVER, ', detached: true'));
  cancel();
  expect(await ended).toMatchObject({ code: -1, stopped: 'cancelled' });
  expect(isAlive(pid)).toBe(true);
  process.kill(pid, 'SIGKILL');
});

test('what a child leaves behind at a good end is not waited for', async () => {
  const agent = `require("node:child_process").spawn(process.execPath, ["-e", ${JSON.stringify(`${FOREVER}; ${SAY_READY}`)}], { stdio: "inherit" }).unref(); console.log("signed in")`;
  const { ended, pid } = await running(agent);
  expect(await ended).toEqual({ code: 0, stdout: 'signed in\n', stderr: '', stopped: undefined });
  process.kill(pid, 'SIGKILL');
});

test('one to be interrupted gets SIGINT, alone, and may still say what it did', async () => {
  const code = `process.on("SIGINT", () => { console.log("marked as failed"); process.exit(1) });
    process.on("SIGTERM", () => console.log("not this")); ${FOREVER}; ${SAY_READY}`;
  const { ended, cancel } = await running(code, { interrupt: true }, { ...grace, cancelled: NEVER_MS });
  cancel();
  expect(await ended).toEqual({ code: 1, stdout: 'marked as failed\n', stderr: '', stopped: 'cancelled' });
});

test('when it does not end, a cancelled job stops waiting and does not kill', async () => {
  const { ended, pid, cancel } = await running(`${DEAF}; ${SAY_READY}`, { interrupt: true });
  cancel();
  expect(await ended).toEqual({ code: -1, stdout: '', stderr: '', stopped: 'cancelled' });
  expect(isAlive(pid)).toBe(true);
  process.kill(pid, 'SIGKILL');
});

test('when the time is up there is no one else to end it: it is killed', async () => {
  const { ended, pid } = await running(`${DEAF}; ${SAY_READY}`, { interrupt: true, timeoutMs: 5_000 });
  expect(await ended).toEqual({ code: -1, stdout: '', stderr: '', stopped: 'timed-out' });
  await expectGone(pid);
});

test('being told twice changes nothing', async () => {
  const how = { ...grace, ended: 10_000 };
  const { ended, cancel } = await running(`${FOREVER}; ${SAY_READY}`, { timeoutMs: 15_000 }, how);
  cancel();
  expect((await ended).stopped).toBe('cancelled');
});

test('on Windows, which has neither signals nor groups, the tree is ended by its own means', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'windows-'));
  const told = join(directory, 'told');
  const program = `#!/bin/sh\necho "$@" > ${told}.part && mv ${told}.part ${told}\n`;
  await writeFile(join(directory, String.raw`root\System32\taskkill.exe`), program, { mode: 0o755 });
  process.env['SystemRoot'] = join(directory, 'root');
  signalTree({ pid: 4711 }, 'SIGTERM', 'win32');
  delete process.env['SystemRoot'];
  const isTold = async (): Promise<boolean> => (await readFile(told, 'utf8').catch(() => '')) !== '';
  await waitFor({ what: 'the call of taskkill', timeoutMs: 10_000, check: isTold });
  expect(await readFile(told, 'utf8')).toBe('/PID 4711 /T /F\n');
});

test('a child that never came up, and one that is gone, are signalled in vain', async () => {
  signalTree({ pid: undefined }, 'SIGTERM');
  const { ended, pid, cancel } = await running(`${FOREVER}; ${SAY_READY}`);
  cancel();
  await ended;
  signalTree({ pid }, 'SIGKILL');
  expect(isAlive(pid)).toBe(false);
});

test.each([
  ['and with it its plug-in', WITH_PLUGIN(DEAF), false],
  ['unless it must write down how far it came', `${DEAF}; ${SAY_READY}`, true],
])('a child that still runs when the process exits is ended, %s', async (_what, script, interrupt) => {
  const ready = await readyFile();
  const child = { file: node, args: ['-e', script], env: { ...env, READY: ready.path } };
  const request = JSON.stringify({ ...child, timeoutMs: NEVER_MS, interrupt });
  const source = JSON.stringify(join(import.meta.dirname, '..', '..', 'src', 'tools', 'child.ts'));
  const code = `import { existsSync } from "node:fs";
    import { runChild } from ${source};
    void runChild({ ...${request}, signal: new AbortController().signal });
    setInterval(() => { if (existsSync(${JSON.stringify(ready.path)})) process.exit(); }, 10);`;
  const args = ['--input-type=module', '-e', code];
  const { signal } = new AbortController();
  const bounds = { timeoutMs: NEVER_MS, signal, interrupt: false };
  expect(await runChild({ file: node, args, env, ...bounds })).toMatchObject({ code: 0 });
  const pid = Number(await readFile(ready.path, 'utf8'));
  if (!interrupt) return await expectGone(pid);
  expect(isAlive(pid)).toBe(true);
  process.kill(pid, 'SIGKILL');
});
