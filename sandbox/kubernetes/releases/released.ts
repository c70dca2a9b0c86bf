/** Official releases in the place of builds: minutes less at the first start. */
import { readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { requiredVersions } from '../build/go-mod.ts';
import type { GoModule } from '../build/modules.ts';
import { exists, putInPlace } from '../build/put-in-place.ts';
import { download } from './download.ts';
import { type Download, type Platform, publishedOf, SITES, type Sites } from './published.ts';

export interface Releases {
  /** Directory of all Go modules, whose go.mod has the versions. */
  readonly sources: string;
  readonly cache: string;
  readonly platform: Platform;
  /** Absent where all is to be built. */
  readonly sites?: Sites;
  readonly log: (line: string) => void;
}

const ARCHITECTURES: Readonly<Record<string, string>> = { x64: 'amd64', arm64: 'arm64' };

export function currentPlatform(): Platform {
  return { os: process.platform, arch: ARCHITECTURES[process.arch] ?? process.arch };
}

/** `SANDBOX_RELEASES`: `never` builds everything, an address is that of a mirror with the folders kubernetes, etcd and helm. */
export function sitesOf(setting: string | undefined): Sites | undefined {
  if (setting === 'never') return undefined;
  if (setting === undefined || setting === '') return SITES;
  return { kubernetes: `${setting}/kubernetes`, etcd: `${setting}/etcd`, helm: `${setting}/helm` };
}

/** The directory with the released programs of a module, when they were downloaded before. */
export async function findReleased(module: GoModule, releases: Releases): Promise<string | undefined> {
  const release = await releaseOf(module, releases);
  return release !== undefined && (await exists(release.directory)) ? release.directory : undefined;
}

/** The same, downloaded now; undefined, with a line of the log, where that can't be. */
export async function fetchReleased(module: GoModule, releases: Releases): Promise<string | undefined> {
  const release = await releaseOf(module, releases);
  if (release === undefined) return undefined;
  const { directory, downloads } = release;
  const { cache, log } = releases;
  await mkdir(cache, { recursive: true });
  const draft = await mkdtemp(join(cache, `.${module.binary}-`));
  try {
    // All have ended before the directory goes: one that goes on would write into it.
    const ended = await Promise.allSettled(downloads.map((one) => download(one, draft)));
    const failed = ended.find((one) => one.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
    if (module.binary === 'kubernetes') await wrapAll(downloads, draft);
    await putInPlace(draft, directory);
    log(`downloaded ${downloads.map(({ program }) => program).join(', ')}`);
    return directory;
  } catch (error) {
    log(`${module.binary} can't be downloaded and is built instead: ${causeOf(error)}`);
    return undefined;
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

interface Release {
  readonly directory: string;
  readonly downloads: readonly Download[];
}

/** Undefined where nothing is published, or all is to be built. */
async function releaseOf(
  module: GoModule,
  { sources, cache, platform, sites }: Releases,
): Promise<Release | undefined> {
  if (sites === undefined) return undefined;
  const versions = await requiredVersions(join(sources, module.directory, 'go.mod'));
  const downloads = publishedOf(module.binary, versions, platform, sites);
  if (downloads.length === 0) return undefined;
  const version = module.binary === 'helm' ? versions('helm.sh/helm/v4') : versions('k8s.io/kubernetes');
  return {
    directory: join(cache, `${module.binary}-${version}-${platform.os}-${platform.arch}`),
    downloads,
  };
}

/** Servers that were not built here know nothing of the lifeline: a script in front of each holds it for them. */
async function wrapAll(downloads: readonly Download[], directory: string): Promise<void> {
  const script = readFileSync(join(import.meta.dirname, 'lifeline.sh'), 'utf8');
  for (const { program } of downloads) {
    const file = join(directory, program);
    await rename(file, `${file}.released`);
    await writeFile(file, script);
    await chmod(file, 0o755);
  }
}

const causeSchema = z.object({ cause: z.coerce.string().optional() }).catch({});

/** What `fetch` throws says nothing itself; its cause does. */
function causeOf(error: unknown): string {
  const { cause } = causeSchema.parse(error);
  return cause === undefined ? String(error) : `${String(error)} (${cause})`;
}
