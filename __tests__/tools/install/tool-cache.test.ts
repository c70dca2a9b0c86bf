/** What was changed in the runner's tool cache is not run, pinned or not. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, symlinkSync } from 'node:fs';
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { installHelm, installKubectl } from '../../../src/tools/install/install.ts';
import { copyKept } from '../../../src/tools/install/tool-cache.ts';
import { digest, HELM_PATH, KUBECTL_PATH, type Setup, startSetup } from './setup.ts';

let setup: Setup;

beforeEach(async () => {
  setup = await startSetup();
});
afterEach(() => setup.site.close());

/** Everything below the cache, as whoever can write there may do; the notes of digests that it may hold fit the new files. */
async function changeCache(text: string): Promise<void> {
  const cache = join(setup.directory, 'cache');
  for (const entry of await readdir(cache, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isFile()) continue;
    const note = JSON.stringify({ download: PINS[text], program: digest(text) });
    await writeFile(path, entry.name.endsWith('.json') ? note : text);
  }
}

/** What the note of a changed copy claims: the digest of the genuine one. */
const PINS: Record<string, string> = {
  'not kubectl': digest('the kubectl'),
  'not helm': digest('the archive'),
};

describe.each([
  { name: 'kubectl', install: installKubectl, genuine: 'the kubectl', file: KUBECTL_PATH },
  { name: 'helm', install: installHelm, genuine: 'the archive', file: HELM_PATH },
])('$name', ({ name, install, genuine, file }) => {
  const pinned = () => ({ ...setup.auto(), sha256: digest(genuine) });
  const downloads = () => setup.site.requests.filter((path) => path === file).length;

  test.each(['with a pin', 'without'])('a changed copy is downloaded anew, %s', async (how) => {
    const request = how === 'without' ? setup.auto() : pinned();
    await install(request, setup.context());
    await changeCache(`not ${name}`);
    const { path } = await install(request, setup.context());
    expect(await readFile(path, 'utf8')).toBe(genuine);
    expect(downloads()).toBe(2);
    expect(setup.log.warnings).toEqual([expect.stringMatching(`${name} .* in the tool cache does not fit`)]);
    // What is kept now is genuine again.
    await install(request, setup.context());
    expect(downloads()).toBe(2);
  });

  test('a changed copy is not run either when the genuine one can not be had', async () => {
    await install(pinned(), setup.context());
    await changeCache(`not ${name}`);
    setup.files.delete(file);
    const setting = setup.context();
    await expect(install({ ...pinned(), version: setup.says[name] ?? '' }, setting)).rejects.toMatchObject({
      reason: 'tool-unavailable',
    });
    expect(setting.asked()).toHaveLength(1); // of the genuine one
  });

  test('the program that runs is no file that others can change after it was looked at', async () => {
    await install(pinned(), setup.context());
    const { path } = await install(pinned(), setup.context());
    await changeCache(`not ${name}`);
    expect(await readFile(path, 'utf8')).toBe(genuine);
    expect((await stat(path)).mode & 0o111).not.toBe(0);
  });

  test('a pin decides alone on a kept copy: the release is not asked again', async () => {
    const request = { ...pinned(), version: setup.says[name] ?? '' };
    await install(request, setup.context());
    setup.site.close();
    await expect(install(request, setup.context())).resolves.toMatchObject({ version: request.version });
  });

  test('a copy of another digest than pinned is not run', async () => {
    await install(setup.auto(), setup.context());
    const setting = setup.context();
    await expect(install({ ...setup.auto(), sha256: digest('x') }, setting)).rejects.toMatchObject({
      details: { said: expect.stringContaining('the pinned digest is') },
    });
    expect(setting.asked()).toHaveLength(1); // of the genuine one
  });

  test('a kept copy is measured by the checksum file of today, so that the mirror must have one', async () => {
    await install(setup.auto(), setup.context());
    for (const path of setup.files.keys()) if (path.includes('.sha256')) setup.files.delete(path);
    await expect(install(setup.auto(), setup.context())).rejects.toMatchObject({
      details: { said: 'HTTP status 404 Not Found' },
    });
  });

  test.each([
    ['a pipe', (path: string) => void execFileSync('mkfifo', [path])],
    ['a link', (path: string) => symlinkSync(join(setup.directory, 'another'), path)],
    ['a directory', (path: string) => mkdirSync(path)],
  ])('%s in place of the kept copy is not read, and replaced', async (_what, put) => {
    await install(pinned(), setup.context());
    const cache = join(setup.directory, 'cache');
    const kept = readdirSync(cache, { recursive: true, withFileTypes: true }).filter((entry) =>
      entry.isFile(),
    );
    for (const { parentPath, name: copy } of kept) {
      rmSync(join(parentPath, copy));
      put(join(parentPath, copy));
    }
    expect(kept).toHaveLength(1);
    const { path } = await install(pinned(), setup.context());
    expect(await readFile(path, 'utf8')).toBe(genuine);
    expect(downloads()).toBe(2);
  });

  test('a kept copy that can not be written to, and does not fit, is no hindrance', async () => {
    await install(pinned(), setup.context());
    await changeCache(`not ${name}`);
    const cache = join(setup.directory, 'cache');
    for (const entry of await readdir(cache, { recursive: true, withFileTypes: true }))
      if (entry.isFile()) await chmod(join(entry.parentPath, entry.name), 0o444);
    await expect(install(pinned(), setup.context())).resolves.toMatchObject({});
  });
});

test('nothing is left of a download that was refused', async () => {
  setup.files.set(`${KUBECTL_PATH}.sha256`, digest('another'));
  await expect(installKubectl(setup.auto(), setup.context())).rejects.toThrow('verify');
  expect(await readdir(join(setup.directory, 'downloads'))).toEqual([]);
});

test('a copy is for its user alone, whatever the mode of what is kept', async () => {
  const kept = join(setup.directory, 'kubectl');
  await writeFile(kept, 'program');
  await chmod(kept, 0o755);
  const cache = { find: () => setup.directory, cacheDir: () => Promise.resolve('') };
  const key = { tool: 'kubectl', file: 'kubectl', version: '1.35.4', arch: 'amd64' };
  const copy = join(setup.directory, 'copy');
  expect(await copyKept(cache, key, copy)).toBe(true);
  expect((await stat(copy)).mode & 0o777).toBe(0o600);
});
