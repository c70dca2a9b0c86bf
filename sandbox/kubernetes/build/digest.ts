/** The digest that names a build in the cache. */
import { createHash } from 'node:crypto';
import { readFile, readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Build } from './compile.ts';

/** Modules of this repository that others build on. */
const shared = ['lifeline'];

/** Digest of all that decides about a binary: module files, sources, the way of building, Go and the platform. */
export async function sourceDigest({ module, go, sources }: Omit<Build, 'log' | 'cache'>): Promise<string> {
  const hash = createHash('sha256');
  hash.update([go.version, process.platform, process.arch].join(' '));
  const files = [
    ...(await list(join(sources, module.directory))),
    ...(await Promise.all(shared.map((name) => list(join(sources, name))))).flat(),
    join(import.meta.dirname, 'modules.ts'),
    join(import.meta.dirname, 'compile.ts'),
  ];
  for (const file of files) {
    hash.update(`\0${basename(file)}\0`);
    hash.update(await readFile(file));
  }
  return hash.digest('hex').slice(0, 16);
}

async function list(directory: string): Promise<string[]> {
  return (await readdir(directory)).toSorted().map((name) => join(directory, name));
}
