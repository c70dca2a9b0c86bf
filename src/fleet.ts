/** The step of `fleet/action.yml`. */
import { runFleet } from './fleet-action.ts';
import { cancellationSignal, endProcess } from './tools/job-process.ts';

await runFleet(process.env, cancellationSignal());
endProcess();
