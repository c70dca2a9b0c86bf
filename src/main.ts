/** The step of `action.yml`. */
import { main } from './action.ts';
import { cancellationSignal, endProcess } from './tools/job-process.ts';

// What this process writes, and the programs that it starts, is for its user alone where they do not say otherwise.
process.umask(0o077);
await main(process.env, cancellationSignal());
endProcess();
