/** The private directory of a run, which its post step removes. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as core from '@actions/core';

/** Makes it below RUNNER_TEMP, 0700, and saves its path as the state by which post.ts finds it. */
export async function makeJobDirectory(env: Readonly<Record<string, string | undefined>>): Promise<string> {
  const directory = await mkdtemp(join(env['RUNNER_TEMP'] || tmpdir(), 'spaces-workload-identity-'));
  core.saveState('directory', directory);
  return directory;
}

/**
 * Removes all that the run has needed, before its reports are written there: credentials, tools and caches have no business on the
 * runner while later steps run. Whatever can't be removed now is left to the post step, which says so.
 */
export async function emptyJobDirectory(directory: string): Promise<void> {
  const names = await readdir(directory).catch(() => []);
  await Promise.allSettled(names.map((name) => rm(join(directory, name), { recursive: true, force: true })));
}
