/** Files that only the owner may read. */
import { mkdtemp, readFile, readdir, rename, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { writePrivate } from '../../src/tools/private-files.ts';

test('writes and replaces a file that only its owner may read, and leaves nothing beside it', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'private-'));
  const path = join(directory, 'token');
  await writePrivate(path, 'one');
  await writePrivate(path, 'two');
  expect(await readFile(path, 'utf8')).toBe('two');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect(await readdir(directory)).toEqual(['token']);
});

test('a name that can not be taken leaves no draft behind', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'private-'));
  const path = join(directory, 'taken');
  await writePrivate(join(directory, 'other'), 'x');
  const { mkdir } = await import('node:fs/promises');
  await mkdir(join(path, 'full'), { recursive: true });
  await expect(writePrivate(path, 'secret')).rejects.toThrow();
  expect((await readdir(directory)).toSorted()).toEqual(['other', 'taken']);
});

const failing = (code: string, times: number) => {
  const tried: string[] = [];
  const move = async (from: string, to: string): Promise<void> => {
    tried.push(to);
    if (tried.length <= times) throw Object.assign(new Error(`${code}: rename`), { code });
    await rename(from, to);
  };
  return { tried, move };
};

test.each(['EPERM', 'EACCES', 'EBUSY'])(
  'a file that a program of Windows is just reading (%s) is replaced a moment later',
  async (code) => {
    const directory = await mkdtemp(join(tmpdir(), 'private-'));
    const path = join(directory, 'token');
    await writePrivate(path, 'one');
    const { tried, move } = failing(code, 2);
    await writePrivate(path, 'two', move);
    expect(tried).toEqual([path, path, path]);
    expect(await readFile(path, 'utf8')).toBe('two');
    expect(await readdir(directory)).toEqual(['token']);
  },
);

test.each([
  ['EPERM', 5],
  ['ENOSPC', 1],
])('one that can not be replaced (%s) is tried %i times, and no draft stays', async (code, times) => {
  const directory = await mkdtemp(join(tmpdir(), 'private-'));
  const { tried, move } = failing(code, Infinity);
  await expect(writePrivate(join(directory, 'token'), 'secret', move)).rejects.toThrow(code);
  expect(tried).toHaveLength(times);
  expect(await readdir(directory)).toEqual([]);
});
