/** Requests for child processes that are Node itself with a script. */
import { existsSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ExecRequest, TimeLimit } from '../../src/tools/exec.ts';

export const node = process.execPath;
export const env = { PATH: process.env['PATH'] ?? '' };
export const LIMIT: TimeLimit = { ms: 60_000, reason: 'timed-out', next: 'Look at it.' };

export function script(code: string, more: Partial<ExecRequest> = {}): ExecRequest {
  return { file: node, args: ['-e', code], env, tried: 'try the script', limit: LIMIT, ...more };
}

/** The script's process writes its id into the file `READY` names; the id is given once it is there. */
export async function readyFile(): Promise<{
  readonly path: string;
  readonly appeared: () => Promise<void>;
}> {
  const path = join(await mkdtemp(join(tmpdir(), 'ready-')), 'ready');
  return {
    path,
    appeared: async () => {
      while (!existsSync(path)) await sleep(10);
    },
  };
}

/** The lines by which a script says that it is up. The file is there with all that is in it, or not at all: an id of 0 is everybody. */
export const SAY_READY = `{ const { renameSync, writeFileSync } = require('node:fs');
  writeFileSync(process.env.READY + '.part', String(process.pid)); renameSync(process.env.READY + '.part', process.env.READY) }`;

export function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
