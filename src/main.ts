/** The step of `action.yml`. */
import { main } from './action.ts';
import { cancellationSignal, endProcess } from './tools/job-process.ts';

await main(process.env, cancellationSignal());
endProcess();
