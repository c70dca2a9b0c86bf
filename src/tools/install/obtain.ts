/** Gets one exact version of a tool: from the tool cache, or by a verified download. */
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ToolRequest } from '../../model/config.ts';
import type { Clock, Log } from '../../model/ports.ts';
import { digestIn } from './checksum-file.ts';
import { type CacheKey, copyKept, fileDigest, keep, type ToolCache } from './tool-cache.ts';
import type { Downloader } from './download.ts';
import { shownUrl } from './download-retries.ts';
import type { Exec } from '../exec.ts';
import type { Platform } from './platform.ts';
import type { Archives, Tool } from './tool.ts';
import { exactVersion } from './versions.ts';
import { type Asked, askVersion } from './ask-version.ts';
import { unavailable } from './unavailable.ts';

export interface InstallContext {
  /** Kubernetes minor of the cluster, such as `1.35`. */
  readonly serverVersion: string;
  /** A private directory for downloads. */
  readonly directory: string;
  /** Environment of the programs when they are asked for their version. */
  readonly env: Readonly<Record<string, string>>;
  readonly exec: Exec;
  readonly clock: Clock;
  readonly log: Log;
  /** Aborted when the job is cancelled. */
  readonly signal: AbortSignal;
  /** `process.platform` and `process.arch`. */
  readonly system: string;
  readonly architecture: string;
  readonly toolkit?: ToolCache & Archives;
  /** The program's path on the PATH; empty when there is none. */
  readonly which?: (name: string) => Promise<string>;
}

export interface InstalledTool {
  readonly path: string;
  /** As the program itself says, e.g. `v1.2.3`. */
  readonly version: string;
}

/** What is needed to install one tool in one run. */
export interface Installation {
  readonly tool: Tool;
  readonly request: ToolRequest;
  readonly context: InstallContext;
  readonly platform: Platform;
  readonly toolkit: ToolCache & Archives;
  readonly downloader: Downloader;
}

/** Throws unless the digests are equal; `source` says where the expected one is from. */
export function verifyDigest(
  tool: Tool,
  what: string,
  actual: string,
  expected: string,
  source: string,
): void {
  if (actual === expected.toLowerCase()) return;
  throw unavailable(
    `verify ${what}`,
    `its SHA-256 is ${actual}, ${source} is ${expected.toLowerCase()}`,
    `Do not use this file. Find out why it differs: a broken mirror, a wrong \`${tool.name}-sha256\`, or a changed file.`,
  );
}

/** Throws for a version that can't work, warns of one that its makers do not support with this cluster. */
export function checkVersion(installation: Asked, version: string): void {
  const { tool, context } = installation;
  const { refuse, warning } = tool.checkVersion(version, context.serverVersion);
  if (refuse !== undefined) {
    const next = `Set \`${tool.name}-version\` to a version that fits, or leave it out.`;
    throw unavailable(`use ${tool.name} ${version}`, refuse, next);
  }
  if (warning !== undefined) context.log.warning(warning);
}

/** The mirror's base address, without slashes at its end. */
export function baseUrl(installation: Pick<Installation, 'request'>): string {
  return installation.request.downloadUrl.replace(/\/+$/, '');
}

/** One version of one tool: where it is from, and where this run keeps it. */
interface Place {
  readonly version: string;
  readonly url: string;
  readonly key: CacheKey;
  /** Holds the download and nothing else, so that it can be kept as a whole. */
  readonly directory: string;
  readonly file: string;
}

/** The release's digest of `file`, from the checksum file beside it. */
async function releaseDigest({ tool, downloader }: Installation, { url, key }: Place): Promise<string> {
  const checksum = `${url}${tool.checksumSuffix}`;
  const text = await downloader.text(checksum);
  const digest = digestIn(text ?? '', key.file);
  if (digest !== undefined) return digest;
  throw unavailable(
    `read ${shownUrl(checksum)}`,
    text === undefined ? 'HTTP status 404 Not Found' : `it holds no SHA-256 digest of ${key.file}`,
    `A mirror must hold the checksum files beside the releases, as the original site does: check \`${tool.name}-download-url\`.`,
  );
}

/** Undefined when the mirror doesn't have the version. The pin is compared besides the release's own digest. */
async function download(installation: Installation, place: Place): Promise<string | undefined> {
  const { tool, request, platform, downloader } = installation;
  const { version, url, file } = place;
  const shown = shownUrl(url);
  const label = `${tool.name} ${version} for ${platform.os}/${platform.arch}`;
  const downloaded = await downloader.file(url, file, label);
  if (downloaded === undefined) return undefined;
  const { sha256 } = downloaded;
  verifyDigest(tool, shown, sha256, await releaseDigest(installation, place), "the release's checksum file");
  if (request.sha256 !== undefined) verifyDigest(tool, shown, sha256, request.sha256, 'the pinned digest');
  return file;
}

/**
 * The kept download when it is what it has to be: by the pin, which then asks nobody else, or by the release's checksum file,
 * fetched each time, since a note of it beside the download could be changed along with it.
 */
async function fromCache(installation: Installation, place: Place): Promise<string | undefined> {
  const { tool, request, context, toolkit } = installation;
  const { version, key, file } = place;
  if (!(await copyKept(toolkit, key, file))) return undefined;
  const expected = request.sha256?.toLowerCase() ?? (await releaseDigest(installation, place));
  if ((await fileDigest(file)) === expected) {
    context.log.info(`${tool.name} ${version} from the tool cache`);
    return file;
  }
  await rm(file);
  const source = request.sha256 === undefined ? 'the release' : 'the pinned digest';
  context.log.warning(
    `The copy of ${tool.name} ${version} in the tool cache does not fit ${source}: it is downloaded again.`,
  );
  return undefined;
}

function placeOf(
  { tool, platform, ...installation }: Installation,
  version: string,
  directory: string,
): Place {
  const path = tool.downloadPath(version, platform);
  const name = path.slice(path.lastIndexOf('/') + 1);
  return {
    version,
    url: `${baseUrl(installation)}${path}`,
    key: { tool: tool.name, file: name, version, arch: platform.arch },
    directory: join(directory, 'download'),
    file: join(directory, 'download', name),
  };
}

/** The program must say that it is the version that was asked for. */
async function checkProgram(installation: Installation, path: string, version: string): Promise<void> {
  const { tool } = installation;
  const says = await askVersion(installation, path);
  if (exactVersion(says) === version) return;
  throw unavailable(
    `use ${tool.name} ${version}`,
    `the program says it is ${says}`,
    `The download site holds another version under this name: check \`${tool.name}-download-url\`, or choose another \`${tool.name}-version\`.`,
  );
}

/**
 * The path of the program, unpacked where only this run can write; undefined when the mirror doesn't have the version. A download
 * is kept last of all: one that can't be unpacked or used is not.
 */
async function usable(
  installation: Installation,
  version: string,
  directory: string,
): Promise<string | undefined> {
  const { tool, platform, toolkit } = installation;
  const place = placeOf(installation, version, directory);
  await mkdir(place.directory);
  const kept = await fromCache(installation, place);
  const file = kept ?? (await download(installation, place));
  if (file === undefined) return undefined;
  const unpacked = join(directory, 'program');
  await tool.unpack(file, unpacked, platform, toolkit);
  const path = join(unpacked, `${tool.name}${platform.suffix}`);
  await checkProgram(installation, path, version);
  if (kept === undefined) await keep(toolkit, place.key, place.directory);
  await rm(place.directory, { recursive: true, force: true });
  return path;
}

/** Cache or download, in a new directory, which is left only with a program in it. Undefined when the mirror doesn't have it. */
export async function obtain(
  installation: Installation,
  version: string,
): Promise<InstalledTool | undefined> {
  checkVersion(installation, version);
  await mkdir(installation.context.directory, { recursive: true });
  const directory = await mkdtemp(join(installation.context.directory, `${installation.tool.name}-`));
  let path: string | undefined;
  try {
    path = await usable(installation, version, directory);
    return path === undefined ? undefined : { path, version };
  } finally {
    if (path === undefined) await rm(directory, { recursive: true, force: true });
  }
}
