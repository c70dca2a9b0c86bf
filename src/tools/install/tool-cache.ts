/** Keeps downloads in the runner's tool cache. Whoever runs a job on that runner can change it, so nothing in it is run or believed. */
import { createHash } from 'node:crypto';
import { chmod, copyFile, lstat, open } from 'node:fs/promises';
import { join } from 'node:path';

/** The part of the toolkit that keeps directories by tool, version and architecture. */
export interface ToolCache {
  /** The directory; empty when there is none. */
  find(tool: string, version: string, arch: string): string;
  cacheDir(directory: string, tool: string, version: string, arch: string): Promise<string>;
}

export interface CacheKey {
  readonly tool: string;
  /** The download's file name: the archive, or the program itself. */
  readonly file: string;
  readonly version: string;
  readonly arch: string;
}

/** A name of our own: what other actions keep under the plain name is no download. */
function cacheName(tool: string): string {
  return `spaces-workload-identity-${tool}`;
}

const PIECE_BYTES = 4 * 1024 * 1024;

/** SHA-256 of a file in lower-case hex, read in pieces. */
export async function fileDigest(path: string): Promise<string> {
  const hash = createHash('sha256');
  // The same memory for each piece: of a stream, all of kubectl would stay in memory until it is collected.
  const piece = Buffer.allocUnsafe(PIECE_BYTES);
  const file = await open(path);
  try {
    const next = async (): Promise<number> => (await file.read(piece)).bytesRead;
    for (let length = await next(); length > 0; length = await next()) hash.update(piece.subarray(0, length));
    return hash.digest('hex');
  } finally {
    await file.close();
  }
}

/** Copies the kept download to `path`, for only a private copy stays what it was when it was looked at; false when there is none. */
export async function copyKept(cache: ToolCache, key: CacheKey, path: string): Promise<boolean> {
  try {
    const directory = cache.find(cacheName(key.tool), key.version, key.arch);
    if (directory === '') return false;
    const kept = join(directory, key.file);
    // A pipe would be waited for without an end, and a link leads to who knows what.
    if (!(await lstat(kept)).isFile()) return false;
    await copyFile(kept, path);
    // A copy has the mode of what was copied.
    await chmod(path, 0o600);
    return true;
  } catch {
    // No cache on this runner, or a copy that can't be read: download it.
    return false;
  }
}

/** Puts a directory with the download into the cache; a runner that has none to write to downloads each time. */
export async function keep(cache: ToolCache, key: CacheKey, directory: string): Promise<void> {
  try {
    await cache.cacheDir(directory, cacheName(key.tool), key.version, key.arch);
  } catch {
    // The private copy is all that this run needs.
  }
}
