/** Directories for runs of the examples: the action as a release holds it, the stand-ins of others, a repository for each run. */
import { execFile } from 'node:child_process';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { ACTION, othersIn, REF } from './example-file.ts';

const run = promisify(execFile);
const standIns = resolve('sandbox/act/actions');
/** For a called workflow, what act can't say of it (see `patched`). */
const COMMIT = 'c0ffee'.padEnd(40, '0');

/**
 * The workflows that are called. act v0.2.89 has no `job.workflow_repository`, no `job.workflow_sha` and no `strategy.job-index`,
 * which tells the artifacts of a matrix apart.
 */
function patched(text: string): string {
  return text
    .replaceAll('${{ job.workflow_repository }}', ACTION)
    .replaceAll('${{ job.workflow_sha }}', COMMIT)
    .replaceAll('-${{ strategy.job-index }}', '-${{ matrix.label }}');
}

/** Lays out what a checkout of the action holds, and for `actions/checkout` the same under its commit. */
export async function publish(directory: string): Promise<void> {
  const action = join(directory, 'action');
  for (const part of ['action.yml', 'dist', 'fleet']) await cp(part, join(action, part), { recursive: true });
  await mkdir(join(action, '.github', 'workflows'), { recursive: true });
  for (const name of ['fleet.yml', 'fleet-clusters.yml']) {
    const text = await readFile(`.github/workflows/${name}`, 'utf8');
    await writeFile(join(action, '.github', 'workflows', name), patched(text));
  }
  await cp(action, join(directory, 'repositories', `${ACTION}@${COMMIT}`), { recursive: true });
}

/** By `owner/name@ref`, where act finds what the workflow uses: nothing is downloaded. */
export function repositoriesFor(directory: string, text: string): ReadonlyMap<string, string> {
  const action = join(directory, 'action');
  const others = othersIn(text).map((use): [string, string] => [
    use,
    join(standIns, basename(use.split('@')[0] ?? '')),
  ]);
  return new Map<string, string>([[`${ACTION}@${REF}`, action], ...others]);
}

/** Writes these files into a directory. */
export async function layOut(directory: string, files: Readonly<Record<string, string>> = {}): Promise<void> {
  await mkdir(directory, { recursive: true });
  for (const [name, text] of Object.entries(files)) await writeFile(join(directory, name), text);
}

/** A repository with this workflow in it. */
export async function makeRepository(
  directory: string,
  workflow: { readonly name: string; readonly text: string },
): Promise<void> {
  await layOut(join(directory, '.github', 'workflows'), { [workflow.name]: workflow.text });
  const git = async (...args: readonly string[]) => await run('git', ['-C', directory, ...args]);
  await git('init', '--quiet', '--initial-branch=main');
  await git('add', '--all');
  const author = ['-c', 'user.name=sandbox', '-c', 'user.email=sandbox@localhost'];
  await git(...author, 'commit', '--quiet', '--message=An example');
}
