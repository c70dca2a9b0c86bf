/** The built helm and kubectl, packed as their download sites offer them. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { copyFile, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import { z } from 'zod';

const run = promisify(execFile);

/** A file as the download site offers it. */
export interface Package {
  /** With the `v`. */
  readonly version: string;
  readonly file: string;
  /** Hex. */
  readonly sha256: string;
}

/** The platform's names as helm and kubectl spell them. */
export interface Platform {
  readonly os: 'linux' | 'darwin' | 'windows';
  readonly arch: string;
}

const stored = z.object({ version: z.string(), file: z.string(), sha256: z.string() });

/** The platform of this machine. */
export function thisPlatform(): Platform {
  const os = process.platform === 'win32' ? 'windows' : process.platform === 'darwin' ? 'darwin' : 'linux';
  return { os, arch: process.arch === 'x64' ? 'amd64' : process.arch };
}

/** Packs helm as get.helm.sh does: `OS-ARCH/helm` in a tar.gz. Packed once per build, in a file of that build's own. */
export function packHelm(binary: string, cache: string, { os, arch }: Platform): Promise<Package> {
  return cached(binary, cache, async (key) => {
    const { stdout } = await run(binary, ['version', '--template', '{{.Version}}']);
    const version = stdout.trim();
    // A directory of this packing's own: two worlds may pack at once, and no two archives are alike.
    const directory = await mkdtemp(join(cache, `${key}-`));
    const file = join(directory, `helm-${version}-${os}-${arch}.tar.gz`);
    const staging = await mkdtemp(join(cache, 'pack-'));
    try {
      const folder = `${os}-${arch}`;
      await mkdir(join(staging, folder));
      await copyFile(binary, join(staging, folder, basename(binary)));
      await run('tar', ['-czf', file, '-C', staging, folder]);
    } finally {
      await rm(staging, { recursive: true });
    }
    return { version, file, sha256: await sha256(file) };
  });
}

/** kubectl is offered bare. */
export function packKubectl(binary: string, cache: string): Promise<Package> {
  return cached(binary, cache, async () => {
    const { stdout } = await run(binary, ['version', '--client', '--output', 'json']);
    const answer = z
      .object({ clientVersion: z.object({ gitVersion: z.string() }) })
      .parse(JSON.parse(stdout));
    return { version: answer.clientVersion.gitVersion, file: binary, sha256: await sha256(binary) };
  });
}

/** Keeps the answer for as long as the binary's size and time stay. */
async function cached(
  binary: string,
  cache: string,
  make: (key: string) => Promise<Package>,
): Promise<Package> {
  await mkdir(cache, { recursive: true });
  const { size, mtimeMs } = await stat(binary);
  const key = createHash('sha256').update(`${binary} ${size} ${mtimeMs}`).digest('hex').slice(0, 16);
  const note = join(cache, `${basename(binary)}-${key}.packed.json`);
  const known = await read(note);
  if (known) return known;
  const made = await make(key);
  await mkdir(dirname(note), { recursive: true });
  await writeFile(`${note}.${process.pid}`, JSON.stringify(made));
  await rename(`${note}.${process.pid}`, note);
  return made;
}

async function read(note: string): Promise<Package | undefined> {
  try {
    const known = stored.parse(JSON.parse(await readFile(note, 'utf8')));
    await stat(known.file);
    return known;
  } catch {
    return undefined;
  }
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}
