/** Takes the program out of an archive. Nothing else of it reaches the disk, and one that holds more than files is refused. */
import { lstat, mkdir, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../model/failure.ts';
import { jobCancelled } from '../cancelled.ts';
import { errorMessage } from '../error-message.ts';
import type { Exec } from '../exec.ts';
import { BadArchive, checkEntryName, untar } from './tar.ts';
import type { Archives } from './tool.ts';

export interface ArchiveContext {
  readonly exec: Exec;
  readonly env: Readonly<Record<string, string>>;
  /** Aborted when the job is cancelled. */
  readonly signal: AbortSignal;
}

/** An archive of helm has about 20 MB. */
const UNPACK_MS = 120_000;
const NEXT = "Check the runner's disk, or install helm in an earlier step and set `helm-version: path`.";
const NEXT_BAD =
  'The site offers an archive that is not as those of Helm are: check `helm-download-url`, or install helm in an earlier step and set `helm-version: path`.';

/** Both throw `tool-unavailable` for an archive that is none, holds what it should not, or can't be unpacked. */
export function createArchives(context: ArchiveContext): Archives {
  return {
    fromTar: async (file, member, to) => {
      try {
        await untar(file, member, to, context.signal);
      } catch (error) {
        if (context.signal.aborted) throw jobCancelled(`unpack ${file}`);
        throw unpackFailed(file, error);
      }
    },
    fromZip: async (file, member, to) => {
      try {
        await unzip(context, file, member, to);
      } catch (error) {
        throw error instanceof Failure ? error : unpackFailed(file, error);
      }
    },
  };
}

/** Unpacks with the system's own tar, which reads zip files too, by its whole path: Git's tar may come first and takes `C:` for a host. */
async function unzip(context: ArchiveContext, file: string, member: string, to: string): Promise<void> {
  const tar = async (...args: readonly string[]): Promise<string> => {
    const tried = `unpack ${file}`;
    const { code, stdout, stderr } = await context.exec({
      file: `${windowsDirectory(context.env)}\\System32\\tar.exe`,
      args,
      env: context.env,
      tried,
      limit: { ms: UNPACK_MS, reason: 'tool-unavailable', next: NEXT },
    });
    if (code === 0) return stdout;
    throw new BadArchive(stderr.trim() || `tar ended with code ${code}`);
  };
  const names = (await tar('-t', '-f', file)).split('\n').map((line) => line.trim());
  for (const name of names) checkEntryName(name);
  if (!names.includes(member)) throw new BadArchive(`the archive holds no ${member}`);
  const directory = `${to}.unpacked`;
  await mkdir(directory);
  await tar('-x', '-f', file, '-C', directory, member);
  const program = join(directory, member);
  if (!(await lstat(program)).isFile()) throw new BadArchive(`${member} in the archive is no file`);
  await rename(program, to);
}

/** Names of variables compare without case there. */
function windowsDirectory(env: ArchiveContext['env']): string {
  const found = Object.entries(env).find(([name]) => name.toUpperCase() === 'SYSTEMROOT');
  return found?.[1] ?? String.raw`C:\Windows`;
}

/** Node's errors of unpacking have such codes, those of files others. */
function isBad(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return error instanceof BadArchive || code.startsWith('Z_');
}

function unpackFailed(file: string, error: unknown): Failure {
  return new Failure('tool-unavailable', {
    tried: `unpack ${file}`,
    said: errorMessage(error),
    next: isBad(error) ? NEXT_BAD : NEXT,
    cause: error,
  });
}
