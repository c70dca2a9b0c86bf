/** What is found below a directory, and what is left out of it. */
import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { jsonFilesIn } from '../../src/tools/json-files.ts';

let directory = '';
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'files-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true });
});

async function put(path: string, text: string): Promise<void> {
  await mkdir(join(directory, path, '..'), { recursive: true });
  await writeFile(join(directory, path), text);
}
const found = async (path = directory): Promise<readonly unknown[]> => {
  const all: unknown[] = [];
  for await (const one of jsonFilesIn(path)) all.push(one);
  return all;
};

test('JSON files in all folders, in the order of their names', async () => {
  await put('b/plan.json', '1');
  await put('a/x/y/Result.JSON', '2');
  await put('a/log.txt', 'no');
  await put('top.json', '3');
  expect(await found()).toEqual([
    { path: 'a/x/y/Result.JSON', text: '2' },
    { path: 'b/plan.json', text: '1' },
    { path: 'top.json', text: '3' },
  ]);
});

test('links are not followed, whatever they lead to', async () => {
  await put('outside/secret.json', 'secret');
  await mkdir(join(directory, 'in'));
  await symlink(join(directory, 'outside'), join(directory, 'in', 'folder'));
  await symlink(join(directory, 'outside', 'secret.json'), join(directory, 'in', 'plan.json'));
  expect(await found(join(directory, 'in'))).toEqual([
    { path: 'folder', message: 'is a link, which is not followed' },
    { path: 'plan.json', message: 'is a link, which is not followed' },
  ]);
});

test('what is too deep, too large or not there is told', async () => {
  await put('1/2/3/4/5/6/in.json', 'ok');
  await put('1/2/3/4/5/6/7/out.json', 'no');
  await put('large.json', '');
  await truncate(join(directory, 'large.json'), 64 * 1024 * 1024 + 1);
  expect(await found()).toEqual([
    { path: '1/2/3/4/5/6/7', message: 'is left out: too deep' },
    { path: '1/2/3/4/5/6/in.json', text: 'ok' },
    { path: 'large.json', message: 'is left out: larger than 64 MiB' },
  ]);
  expect(await found(join(directory, 'none'))).toEqual([{ path: '.', message: "can't be read: ENOENT" }]);
});

test('a file that goes away meanwhile is told', async () => {
  await put('a.json', '1');
  await put('b.json', '2');
  const files = jsonFilesIn(directory);
  expect(await files.next()).toMatchObject({ value: { path: 'a.json' } });
  await rm(join(directory, 'b.json'));
  expect(await files.next()).toMatchObject({ value: { path: 'b.json', message: "can't be read: ENOENT" } });
});
