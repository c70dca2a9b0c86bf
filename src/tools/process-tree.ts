/** A child process together with all that it starts, such as a sign-in plug-in: begun as a whole and ended as a whole. */
import { type ChildProcess, spawn, type SpawnOptions } from 'node:child_process';

/** For `spawn`: on POSIX a process group of its own, on Windows (which has none) no console window. */
export const TREE_OPTIONS: SpawnOptions = { detached: process.platform !== 'win32', windowsHide: true };

/**
 * Signals the child and all that it started. Windows has no signals: there every process of the tree is ended. Nothing happens
 * when all are gone. A process that made itself a group of its own is not reached.
 */
export function signalTree(
  { pid }: Pick<ChildProcess, 'pid'>,
  signal: NodeJS.Signals,
  platform: string = process.platform,
): void {
  // Undefined: it could not be started.
  if (pid === undefined) return;
  if (platform === 'win32') {
    // The program is named by its whole path: others may choose what the PATH finds.
    const taskkill = `${process.env['SystemRoot'] ?? String.raw`C:\Windows`}\\System32\\taskkill.exe`;
    const killer = spawn(taskkill, ['/PID', String(pid), '/T', '/F'], { stdio: 'ignore', windowsHide: true });
    killer.on('error', () => undefined);
    killer.unref();
    return;
  }
  try {
    process.kill(-pid, signal);
  } catch {
    // ESRCH: all of them have ended meanwhile.
  }
}
