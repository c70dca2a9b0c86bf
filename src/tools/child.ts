/** Runs a child process that takes stdin or must be told of a cancelled job. */
import { spawn } from 'node:child_process';
import type { ChildProcessByStdio } from 'node:child_process';
import { Socket } from 'node:net';
import type { Readable, Writable } from 'node:stream';
import type { ExecRequest, ExecResult } from './exec.ts';
import { collectOutput } from './output.ts';

type Child = ChildProcessByStdio<Writable, Readable, Readable>;

/** GitHub sends SIGTERM 7.5 s after the SIGINT of a cancelled job: by then the answer must be known. */
const GRACE_MS = 7_000;

/** Stops waiting without killing: helm may still be writing that the release failed, and a kill would leave it pending. */
function letGo(child: Child): void {
  child.unref();
  for (const stream of [child.stdout, child.stderr, child.stdin]) {
    if (stream instanceof Socket) stream.unref();
  }
}

/**
 * Runs the program, feeds stdin, returns code and output. On an abort the child gets SIGINT and up to seven seconds to end;
 * `interrupted` says so. Rejects when the program can't be started. By node:child_process, since `@actions/exec` can't forward
 * a signal to its child and leaves a broken stdin pipe unhandled.
 */
export function runChild(request: ExecRequest, graceMs = GRACE_MS): Promise<ExecResult> {
  const { file, args, env, cwd, stdin = '', signal } = request;
  if (signal?.aborted === true)
    return Promise.resolve({ code: -1, stdout: '', stderr: '', interrupted: true });
  return new Promise((resolve, reject) => {
    const child: Child = spawn(file, [...args], {
      env: { ...env },
      ...(cwd === undefined ? {} : { cwd }),
      stdio: ['pipe', 'pipe', 'pipe'],
      windowsHide: true,
    });
    const stdout = collectOutput();
    const stderr = collectOutput();
    child.stdout.on('data', stdout.add);
    child.stderr.on('data', stderr.add);
    let timer: NodeJS.Timeout | undefined;
    const finish = (code: number): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', interrupt);
      resolve({ code, stdout: stdout.text(), stderr: stderr.text(), interrupted: signal?.aborted === true });
    };
    function interrupt(): void {
      child.kill('SIGINT');
      timer = setTimeout(() => {
        letGo(child);
        finish(-1);
      }, graceMs);
    }
    child.on('error', reject);
    child.on('close', (code) => finish(code ?? -1));
    // A child that ends before it has read all breaks the pipe; its exit code and stderr tell why.
    child.stdin.on('error', () => undefined);
    child.stdin.end(stdin);
    signal?.addEventListener('abort', interrupt, { once: true });
  });
}
