/** The post step, run as a program. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'post-'));
});
afterEach(() => {
  rmSync(home, { recursive: true, force: true });
});

function post(state: Readonly<Record<string, string>>) {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['src/post.ts'], {
    env: { ...process.env, ...state },
    encoding: 'utf8',
  });
  return { status, stdout, stderr };
}

const removed = { status: 0, stdout: 'Temporary files removed.\n', stderr: '' };
const idle = { status: 0, stdout: '', stderr: '' };

test('removes the directory that the main step saved, with all in it, and nothing beside it', () => {
  const [directory, beside] = [join(home, 'run'), join(home, 'beside')];
  mkdirSync(join(directory, 'helm'), { recursive: true });
  mkdirSync(beside);
  writeFileSync(join(directory, 'helm', 'token'), 'secret');
  expect(post({ STATE_directory: directory })).toEqual(removed);
  expect([existsSync(directory), existsSync(beside)]).toEqual([false, true]);
});

test('is content when the directory is gone already', () => {
  expect(post({ STATE_directory: join(home, 'gone') })).toEqual(removed);
});

// To Windows, a path below a file is one that does not exist.
const exceptOnWindows = process.platform === 'win32' ? test.skip : test;
exceptOnWindows('fails and names the directory that it could not remove', () => {
  const file = join(home, '100%');
  writeFileSync(file, '');
  const { status, stdout, stderr } = post({ STATE_directory: join(file, 'run') });
  expect({ status, stderr }).toEqual({ status: 1, stderr: '' });
  expect(stdout).toMatch(/^::error::.*are still there: ENOTDIR.*100%25.run'\. If other jobs[^\n]*\n$/);
});

test.each([
  ['no state', {}],
  ['an empty one', { STATE_directory: '' }],
  ['the state of something else', { STATE_other: 'x' }],
])('does nothing with %s', (_what, state) => {
  expect(post(state)).toEqual(idle);
  expect(existsSync(home)).toBe(true);
});
