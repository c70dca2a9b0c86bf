/** A program's first run, with real processes: it may still be open for writing. */
import { chmod, mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { createExec } from '../../../src/tools/exec.ts';
import { askVersion } from '../../../src/tools/install/ask-version.ts';
import { KUBECTL } from '../../../src/tools/install/tool.ts';
import { fakeLog } from '../fakes.ts';
import { fakeClock } from '../../support/fake-clock.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'written-'));
});
afterEach(async () => {
  await rm(directory, { recursive: true, force: true });
});

const PROGRAM = `#!/bin/sh\necho '{"clientVersion":{"gitVersion":"v1.35.4"}}'\n`;

async function asked(close: (slept: number) => boolean) {
  const path = join(directory, 'kubectl');
  await writeFile(path, PROGRAM);
  await chmod(path, 0o700);
  const writing = await open(path, 'r+');
  const clock = fakeClock();
  let pauses = 0;
  const sleep = async (): Promise<void> => {
    pauses += 1;
    if (close(pauses)) await writing.close();
  };
  const { signal } = new AbortController();
  const exec = createExec(signal);
  try {
    const context = {
      serverVersion: '1.35',
      directory,
      env: { PATH: '/usr/bin:/bin' },
      exec,
      clock: { ...clock, sleep },
      log: fakeLog(),
      signal,
      system: 'linux',
      architecture: 'x64',
    };
    return { version: await askVersion({ tool: KUBECTL, context }, path), pauses };
  } finally {
    if (!close(pauses)) await writing.close();
  }
}

test('a program that is still open for writing is started again a moment later', async () => {
  expect(await asked((pauses) => pauses === 2)).toEqual({ version: 'v1.35.4', pauses: 2 });
});

test('one that stays open is told as what can’t be started', async () => {
  await expect(asked(() => false)).rejects.toMatchObject({
    reason: 'tool-unavailable',
    details: { said: expect.stringContaining('ETXTBSY') },
  });
});
