/** The main step. A cancelled job gets SIGINT, then SIGTERM 7.5 s later, then the end (GitHub's cancellation reference). */
import { main } from './action.ts';

const cancellation = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    cancellation.abort();
  });
}

// What this process writes, and the programs that it starts, is for its user alone where they do not say otherwise.
process.umask(0o077);
await main(process.env, cancellation.signal);
// All is told. A connection or a program that still hangs must not hold the job.
process.stdout.write('', () => process.exit());
