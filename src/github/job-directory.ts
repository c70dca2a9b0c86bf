/** The private directory of a run, which its post step removes. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import * as core from '@actions/core';

/** Makes it below RUNNER_TEMP, 0700, and saves its path as the state by which post.ts finds it. */
export async function makeJobDirectory(env: Readonly<Record<string, string | undefined>>): Promise<string> {
  const directory = await mkdtemp(join(env['RUNNER_TEMP'] || tmpdir(), 'spaces-workload-identity-'));
  core.saveState('directory', directory);
  return directory;
}
