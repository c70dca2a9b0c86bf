/** Child processes: output, exit codes, stdin, signals. */
import { existsSync } from 'node:fs';
import { mkdtemp, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, jest, test } from '@jest/globals';
import { runChild } from '../../src/tools/child.ts';
import { runProgram } from '../../src/tools/exec.ts';

const node = process.execPath;
const env = { PATH: process.env['PATH'] ?? '' };

/** Runs until the script has made the file at `process.env.READY`, then aborts. */
async function abortWhenReady(code: string, graceMs?: number) {
  const abort = new AbortController();
  const ready = join(await mkdtemp(join(tmpdir(), 'ready-')), 'ready');
  const full = `${code}; require('node:fs').writeFileSync(process.env.READY, '')`;
  const request = { file: node, args: ['-e', full], env: { ...env, READY: ready }, signal: abort.signal };
  const running = runChild(request, graceMs);
  while (!existsSync(ready)) await sleep(10);
  abort.abort();
  return running;
}

function script(code: string, more: object = {}) {
  return { file: node, args: ['-e', code], env, ...more };
}

test('returns exit code, stdout and stderr, and shows nothing of the call', async () => {
  const shown = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  const result = await runProgram(script('console.log("outé"); console.error("err"); process.exit(3)'));
  const silent = shown.mock.calls.length === 0;
  shown.mockRestore();
  expect(result).toEqual({ code: 3, stdout: 'outé\n', stderr: 'err\n', interrupted: false });
  expect(silent).toBe(true);
});

test('passes arguments as they are: no shell, no splitting', async () => {
  const args = [
    '-e',
    'console.log(JSON.stringify(process.argv.slice(1)))',
    '--',
    'a b',
    '$HOME',
    '"q"',
    '{.a}',
    '',
  ];
  const { stdout } = await runProgram({ file: node, args, env });
  expect(JSON.parse(stdout)).toEqual(['a b', '$HOME', '"q"', '{.a}', '']);
});

test('runs a program whose path has blanks', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'with blank '));
  const file = join(directory, 'my node');
  await symlink(node, file);
  expect((await runProgram({ file, args: ['-p', '1+1'], env })).stdout).toBe('2\n');
});

test('the child has the given environment and no other, in the given directory', async () => {
  process.env['EXEC_TEST_SECRET'] = 'x';
  const code = 'console.log(process.env.EXEC_TEST_SECRET === undefined, process.env.OWN, process.cwd())';
  const own = { ...env, OWN: 'y' };
  const cwd = await mkdtemp(join(tmpdir(), 'cwd-'));
  expect((await runProgram({ file: node, args: ['-e', code], env: own, cwd })).stdout).toBe(
    `true y ${cwd}\n`,
  );
  expect((await runProgram({ file: node, args: ['-e', code], env: own, cwd, stdin: '' })).stdout).toBe(
    `true y ${cwd}\n`,
  );
  delete process.env['EXEC_TEST_SECRET'];
});

test('a program that is not there is tool-unavailable, with and without stdin', async () => {
  for (const more of [{}, { stdin: 'x' }]) {
    await expect(runProgram({ file: '/nowhere/kubectl', args: [], env, ...more })).rejects.toMatchObject({
      reason: 'tool-unavailable',
      details: { tried: 'start /nowhere/kubectl' },
    });
  }
});

test('feeds stdin', async () => {
  const result = await runProgram(script('process.stdin.pipe(process.stdout)', { stdin: 'püt' }));
  expect(result).toEqual({ code: 0, stdout: 'püt', stderr: '', interrupted: false });
});

test('a child that ends without reading its stdin is told by its code', async () => {
  const result = await runProgram(script('process.exit(4)', { stdin: 'x'.repeat(1_000_000) }));
  expect(result.code).toBe(4);
});

test('takes large outputs whole, of many lines and of one', async () => {
  const many = await runProgram(script('for (let i = 0; i < 300000; i += 1) console.log("x".repeat(99))'));
  expect(many.stdout).toHaveLength(30_000_000);
  const one = await runProgram(script('process.stdout.write("y".repeat(30000000))', { stdin: '' }));
  expect(one.stdout).toHaveLength(30_000_000);
});

test('an abort interrupts the child, which may still say what it did', async () => {
  const code = `process.on("SIGINT", () => { console.log("marked as failed"); process.exit(1) });
    setInterval(() => {}, 1000); console.error("ready")`;
  expect(await abortWhenReady(code)).toEqual({
    code: 1,
    stdout: 'marked as failed\n',
    stderr: 'ready\n',
    interrupted: true,
  });
});

test('after the grace it stops waiting and does not kill', async () => {
  const code =
    'process.on("SIGINT", () => {}); setTimeout(() => process.exit(0), 3000); console.log("alive")';
  expect(await abortWhenReady(code, 50)).toEqual({
    code: -1,
    stdout: 'alive\n',
    stderr: '',
    interrupted: true,
  });
});

test('starts nothing when the job was cancelled before', async () => {
  const result = await runProgram(script('console.log("started")', { signal: AbortSignal.abort() }));
  expect(result).toEqual({ code: -1, stdout: '', stderr: '', interrupted: true });
});

test('a child that a signal ended has code -1', async () => {
  const { signal } = new AbortController();
  expect((await runProgram(script('process.kill(process.pid, "SIGKILL")', { signal }))).code).toBe(-1);
});
