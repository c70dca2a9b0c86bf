/** This process as a step of a job: told when the job is cancelled, and ended when all is written. */

/** Aborted when the job is cancelled, which sends SIGINT, then SIGTERM 7.5 s later, then kills (GitHub's cancellation reference). */
export function cancellationSignal(): AbortSignal {
  const cancellation = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.on(signal, () => {
      cancellation.abort();
    });
  }
  return cancellation.signal;
}

/** Ends the process once its output is written: a connection or a program that still hangs must not hold the job. */
export function endProcess(): void {
  process.stdout.write('', () => process.exit());
}
