/** Keeps verified programs in the runner's tool cache, each with its digests beside it. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { parseJson } from '../parse-json.ts';

/** The part of the toolkit that keeps directories by tool, version and architecture. */
export interface ToolCache {
  /** The directory; empty when there is none. */
  find(tool: string, version: string, arch: string): string;
  cacheDir(directory: string, tool: string, version: string, arch: string): Promise<string>;
}

export interface CacheKey {
  readonly tool: string;
  /** The program's file name. */
  readonly program: string;
  readonly version: string;
  readonly arch: string;
}

const DIGESTS = 'verified.json';
const digestsSchema = z.object({ download: z.string(), program: z.string() });

/** A name of our own: under the plain name other actions may keep copies that were not verified. */
function cacheName(tool: string): string {
  return `spaces-workload-identity-${tool}`;
}

/** SHA-256 of a file in lower-case hex, read in pieces. */
export async function fileDigest(path: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex');
}

/** The path of the cached program when it is still what was verified, and fits the pinned digest when one is given. */
export async function findVerified(
  cache: ToolCache,
  key: CacheKey,
  pinned: string | undefined,
): Promise<string | undefined> {
  try {
    const directory = cache.find(cacheName(key.tool), key.version, key.arch);
    if (directory === '') return undefined;
    const digests = parseJson(await readFile(join(directory, DIGESTS), 'utf8'), digestsSchema);
    const program = join(directory, key.program);
    if (pinned !== undefined && pinned !== digests.download) return undefined;
    return (await fileDigest(program)) === digests.program ? program : undefined;
  } catch {
    // No cache on this runner, or a copy that can't be read: download it.
    return undefined;
  }
}

/** Puts the program's directory into the cache; undefined when the runner has no cache that can be written. */
export async function keepVerified(
  cache: ToolCache,
  key: CacheKey,
  directory: string,
  download: string,
): Promise<string | undefined> {
  const program = await fileDigest(join(directory, key.program));
  await writeFile(join(directory, DIGESTS), JSON.stringify({ download, program }));
  try {
    return join(await cache.cacheDir(directory, cacheName(key.tool), key.version, key.arch), key.program);
  } catch {
    return undefined;
  }
}
