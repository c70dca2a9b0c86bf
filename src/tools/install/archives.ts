/** Unpacks archives with tar, as a program with a time limit that ends with the job. The toolkit's own functions have neither. */
import { mkdir } from 'node:fs/promises';
import { Failure } from '../../model/failure.ts';
import type { Exec } from '../exec.ts';
import type { Archives } from './tool.ts';

export interface ArchiveContext {
  readonly exec: Exec;
  readonly env: Readonly<Record<string, string>>;
  /** `process.platform`. */
  readonly system: string;
  /** The program's path on the PATH; empty when there is none. */
  readonly which: (name: string) => Promise<string>;
}

/** An archive of helm has about 20 MB. */
const UNPACK_MS = 120_000;
const NEXT =
  "Check the runner's disk and its tar, or install the program in an earlier step and set its version to `path`.";

/** Both throw `tool-unavailable` when there is no tar, when it fails, and when it takes too long. */
export function createArchives(context: ArchiveContext): Archives {
  const extract =
    (flags: readonly string[]) =>
    async (file: string, into: string): Promise<string> => {
      await mkdir(into, { recursive: true });
      const tried = `unpack ${file}`;
      const { code, stderr } = await context.exec({
        file: await findTar(context, tried),
        args: [...flags, '-f', file, '-C', into],
        env: context.env,
        tried,
        limit: { ms: UNPACK_MS, reason: 'tool-unavailable', next: NEXT },
      });
      if (code === 0) return into;
      throw unpackFailed(tried, stderr.trim() || `tar ended with code ${code}`);
    };
  // The tar of Windows unpacks zip files too.
  return { extractTar: extract(['-x', '-z']), extractZip: extract(['-x']) };
}

/** On Windows the system's own, by its whole path: Git's tar, which may come first on the PATH, takes `C:` for a host. */
async function findTar({ system, env, which }: ArchiveContext, tried: string): Promise<string> {
  if (system === 'win32') return `${windowsDirectory(env)}\\System32\\tar.exe`;
  const path = await which('tar');
  if (path !== '') return path;
  throw unpackFailed(tried, 'there is no tar on the PATH');
}

/** Names of variables compare without case there. */
function windowsDirectory(env: ArchiveContext['env']): string {
  const found = Object.entries(env).find(([name]) => name.toUpperCase() === 'SYSTEMROOT');
  return found?.[1] ?? String.raw`C:\Windows`;
}

function unpackFailed(tried: string, said: string): Failure {
  return new Failure('tool-unavailable', { tried, said, next: NEXT });
}
