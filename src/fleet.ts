/** The step of `fleet/action.yml`. A cancelled job gets SIGINT, then SIGTERM 7.5 s later, then the end (GitHub's cancellation reference). */
import { runFleet } from './fleet-action.ts';

const cancellation = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.on(signal, () => {
    cancellation.abort();
  });
}

await runFleet(process.env, cancellation.signal);
// All is told. A connection that still hangs must not hold the job.
process.stdout.write('', () => process.exit());
