/** Builds one Go module into the cache, also when another process builds it too. */
import { mkdir, mkdtemp, readdir, rm, stat, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { type Build, compile } from './compile.ts';
import { sourceDigest } from './digest.ts';
import { exists, putInPlace } from './put-in-place.ts';

/** A build that still runs is younger than this. */
const draftLifeMs = 60 * 60 * 1000;

/** The directory of an earlier build of the same; undefined when there is none. */
export async function findBuilt(build: Build): Promise<string | undefined> {
  const target = await directoryOf(build);
  return (await exists(target)) ? target : undefined;
}

async function directoryOf(build: Build): Promise<string> {
  return join(build.cache, `${build.module.binary}-${await sourceDigest(build)}`);
}

/**
 * Returns the directory with the module's binary. It is named by a digest of all that the binary is made of, and comes into
 * place by a rename: a build that breaks off leaves nothing that a later one would take for whole.
 */
export async function buildModule(build: Build): Promise<string> {
  const { module, cache } = build;
  const target = await directoryOf(build);
  if (await exists(target)) {
    return target;
  }
  await mkdir(cache, { recursive: true });
  await removeOldDrafts(cache);
  const draft = await mkdtemp(join(cache, `.${module.binary}-`));
  try {
    await compile(build, join(draft, module.binary));
    await Promise.all(module.links.map((name) => symlink(module.binary, join(draft, name))));
    await putInPlace(draft, target);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return target;
}

/** A process that was killed while it built could not clear up after itself. */
async function removeOldDrafts(cache: string): Promise<void> {
  const drafts = (await readdir(cache))
    .filter((name) => name.startsWith('.'))
    .map((name) => join(cache, name));
  for (const draft of drafts) {
    // Another process may have cleared it up just now.
    const found = await stat(draft).catch(() => undefined);
    if (found !== undefined && Date.now() - found.mtimeMs > draftLifeMs) {
      await rm(draft, { recursive: true, force: true });
    }
  }
}
