/** The runner: inputs, outputs, masks, signals. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from '@jest/globals';
import { z } from 'zod';
import { runAction, type RunOptions, type RunResult } from '../runner.ts';

const action = join(import.meta.dirname, 'fixtures', 'action', 'action.yml');
const ran: RunResult[] = [];

async function run(scenario: string, more: Partial<RunOptions> = {}): Promise<RunResult> {
  const { inputs = {}, ...options } = more;
  const result = await runAction({ env: {}, action, ...options, inputs: { scenario, ...inputs } });
  ran.push(result);
  return result;
}

afterEach(async () => {
  await Promise.all(ran.splice(0).map((result) => result.dispose()));
});

test('gives inputs with their defaults, and of this environment only a minimal path', async () => {
  process.env['SECRET_OF_THE_MACHINE'] = 'x';
  const { outputs } = await run('environment', {
    inputs: { 'two words': 'given' },
    env: { GITHUB_RUN_ID: '1' },
    githubToken: 'ghs_1',
  });
  const seen = z.record(z.string(), z.string()).parse(JSON.parse(outputs['seen'] ?? ''));
  expect(seen).toMatchObject({
    INPUT_SCENARIO: 'environment',
    'INPUT_WITH-DEFAULT': 'standard',
    INPUT_FLAG: 'true',
    INPUT_TWO_WORDS: 'given',
    INPUT_TOKEN: 'ghs_1',
    GITHUB_RUN_ID: '1',
  });
  expect(seen).not.toHaveProperty('SECRET_OF_THE_MACHINE');
  expect(seen['HOME']).not.toBe(process.env['HOME']);
});

test('reads what the step wrote into its files, and hands the state to the post step', async () => {
  const result = await run('files');
  expect(result.outputs).toEqual({ plain: 'a=b', long: 'line 1\nline 2', 'from-post': 'yes' });
  expect(result.env).toEqual({ LATER: 'yes' });
  expect(result.path).toEqual(['/some/bin']);
  expect(result.summary).toBe('# Done\n');
  expect(result.log).toContain('post of files, state /some/dir');
  expect(await readdir(result.temp)).toEqual(['left-over']);
});

test('later steps have the outputs of the main step, before the post step', async () => {
  const lines: string[] = [];
  let seen: unknown;
  const laterSteps = (outputs: unknown): Promise<void> => {
    seen = outputs;
    expect(lines.join('\n')).not.toContain('post of files');
    return Promise.resolve();
  };
  const result = await run('files', { laterSteps, onLine: (line) => lines.push(line) });
  expect(seen).toEqual({ plain: 'a=b', long: 'line 1\nline 2' });
  expect(result.log).toContain('post of files');
});

test('obeys workflow commands, and masks in every spelling', async () => {
  const result = await run('commands');
  expect(result.log.split('\n')).toEqual([
    'plain 1:2::3',
    'it is *** and ***',
    'Error: first',
    'second',
    'Warning: careful',
    '▼ Part',
    '::error::not a command',
    '::tok::',
    'Notice: back',
    'post of commands, state none',
  ]);
  expect(result.annotations).toEqual([
    { level: 'error', message: 'first\nsecond', properties: { file: 'a.ts', title: 'It: broke' } },
    { level: 'warning', message: 'careful', properties: {} },
    { level: 'notice', message: 'back', properties: {} },
  ]);
  expect(result.rawLog).toContain('it is s3cr3t value');
});

test('masks the token of the job and the secrets of the workflow from the start, on stderr too', async () => {
  const { log } = await run('token', { githubToken: 'ghs_1', secrets: ['hunter2'] });
  expect(log).toContain('token ***, password ***');
});

test('drops a summary over 1 MiB, and says so', async () => {
  const result = await run('large');
  expect(result.summary).toBe('');
  expect(result.annotations[0]?.message).toContain('supports content up to a size of 1024k, got 1025k');
});

test('runs the post step after a failure', async () => {
  const result = await run('fail');
  expect(result.exitCode).toBe(3);
  expect(result.postExitCode).toBe(0);
  expect(result.log).toContain('post of fail');
});

test('cancels with SIGINT first, and then still runs the post step', async () => {
  const cancel = new AbortController();
  const result = await run('wait', {
    signal: cancel.signal,
    onLine: (line) => {
      if (line === 'waiting') cancel.abort();
    },
  });
  expect(result).toMatchObject({ exitCode: 9, cancelledBy: 'SIGINT', postExitCode: 0 });
  expect(result.log).toContain('interrupted');
});
