/** Files that only the owner may read. */
import { mkdtemp, readFile, readdir, stat } from 'node:fs/promises';
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
