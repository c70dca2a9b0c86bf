/** Child processes: output, exit codes, stdin, and what becomes of those that are stopped. */
import { mkdtemp, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, jest, test } from '@jest/globals';
import { createExec } from '../../src/tools/exec.ts';
import { env, LIMIT, node, readyFile, SAY_READY, script } from './child-requests.ts';

const exec = createExec(new AbortController().signal);

test('returns exit code, stdout and stderr, and shows nothing of the call', async () => {
  const shown = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
  const result = await exec(script('console.log("outé"); console.error("err"); process.exit(3)'));
  const silent = shown.mock.calls.length === 0;
  shown.mockRestore();
  expect(result).toEqual({ code: 3, stdout: 'outé\n', stderr: 'err\n' });
  expect(silent).toBe(true);
});

test('passes arguments as they are: no shell, no splitting', async () => {
  const own = ['a b', '$HOME', '"q"', '{.a}', ''];
  const args = ['-e', 'console.log(JSON.stringify(process.argv.slice(1)))', '--', ...own];
  const { stdout } = await exec(script('', { args }));
  expect(JSON.parse(stdout)).toEqual(own);
});

test('runs a program whose path has blanks', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'with blank '));
  const file = join(directory, 'my node');
  await symlink(node, file);
  expect((await exec(script('', { file, args: ['-p', '1+1'] }))).stdout).toBe('2\n');
});

test('the child has the given environment and no other, in the given directory', async () => {
  process.env['EXEC_TEST_SECRET'] = 'x';
  const code = 'console.log(process.env.EXEC_TEST_SECRET === undefined, process.env.OWN, process.cwd())';
  const cwd = await mkdtemp(join(tmpdir(), 'cwd-'));
  const { stdout } = await exec(script(code, { env: { ...env, OWN: 'y' }, cwd }));
  delete process.env['EXEC_TEST_SECRET'];
  expect(stdout).toBe(`true y ${cwd}\n`);
});

test('a program that is not there is tool-unavailable', async () => {
  await expect(exec(script('', { file: '/nowhere/kubectl' }))).rejects.toMatchObject({
    reason: 'tool-unavailable',
    details: { tried: 'start /nowhere/kubectl' },
  });
});

test('feeds stdin', async () => {
  const result = await exec(script('process.stdin.pipe(process.stdout)', { stdin: 'püt' }));
  expect(result).toEqual({ code: 0, stdout: 'püt', stderr: '' });
});

test('a child that ends without reading its stdin is told by its code', async () => {
  const result = await exec(script('process.exit(4)', { stdin: 'x'.repeat(1_000_000) }));
  expect(result.code).toBe(4);
});

test('takes large outputs whole, of many lines and of one', async () => {
  const many = await exec(script('for (let i = 0; i < 300000; i += 1) console.log("x".repeat(99))'));
  expect(many.stdout).toHaveLength(30_000_000);
  const one = await exec(script('process.stdout.write("y".repeat(30000000))'));
  expect(one.stdout).toHaveLength(30_000_000);
});

test('a child that a signal ended has code -1', async () => {
  expect((await exec(script('process.kill(process.pid, "SIGKILL")'))).code).toBe(-1);
});

test.each(['timed-out', 'chart-unavailable', 'tool-unavailable'] as const)(
  'one that takes longer than it may fails as its limit says (%s): what, how long, what to do',
  async (reason) => {
    const running = exec(script('setInterval(() => {}, 1000)', { limit: { ...LIMIT, ms: 300, reason } }));
    await expect(running).rejects.toMatchObject({
      reason,
      details: {
        tried: 'try the script',
        said: 'node did not end within 0.3 s and was stopped',
        next: 'Look at it.',
      },
    });
  },
);

test.each([
  ['my kubectl.exe', 'my kubectl'],
  ['C:\\Program Files\\k8s\\kubectl.EXE', 'kubectl'],
])('a program of Windows, %j, is named without its folder and its ending', async (name, shown) => {
  const file = join(await mkdtemp(join(tmpdir(), 'with blank ')), name);
  await symlink(node, file);
  const request = script('setInterval(() => {}, 1000)', { file, limit: { ...LIMIT, ms: 300 } });
  await expect(exec(request)).rejects.toMatchObject({
    details: { said: `${shown} did not end within 0.3 s and was stopped` },
  });
});

const UNTIL_INTERRUPTED = (code: number): string =>
  `process.on("SIGINT", () => process.exit(${code})); setInterval(() => {}, 1000); ${SAY_READY}`;

async function cancelled(code: string, interrupt?: { readonly next: string }) {
  const abort = new AbortController();
  const ready = await readyFile();
  const own = { ...env, READY: ready.path };
  const running = createExec(abort.signal)(
    script(code, { env: own, ...(interrupt !== undefined && { interrupt }) }),
  );
  await Promise.race([ready.appeared(), running]);
  abort.abort();
  return await running;
}

test('a cancelled job ends a child that never would', async () => {
  await expect(cancelled(UNTIL_INTERRUPTED(0))).rejects.toMatchObject({
    reason: 'cancelled',
    details: {
      tried: 'try the script',
      said: 'the job was cancelled',
      next: expect.stringMatching(/^Run again/),
    },
  });
});

test('one that is interrupted instead may say what to look at', async () => {
  await expect(cancelled(UNTIL_INTERRUPTED(1), { next: 'See helm status.' })).rejects.toMatchObject({
    reason: 'cancelled',
    details: { next: 'See helm status.' },
  });
});

test('one that came to a good end all the same has done its work', async () => {
  expect(await cancelled(UNTIL_INTERRUPTED(0), { next: '' })).toEqual({ code: 0, stdout: '', stderr: '' });
});

test('in a cancelled job nothing is started', async () => {
  const ready = await readyFile();
  const request = script(SAY_READY, { env: { ...env, READY: ready.path } });
  await expect(createExec(AbortSignal.abort())(request)).rejects.toMatchObject({ reason: 'cancelled' });
  await expect(
    exec(
      script('process.exit(require("node:fs").existsSync(process.env.READY) ? 1 : 0)', { env: request.env }),
    ),
  ).resolves.toMatchObject({ code: 0 });
});
