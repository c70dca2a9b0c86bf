/** The step of `fleet/report/action.yml`. It only reads files and writes reports, so a cancelled job may end it at once. */
import { reportFleet } from './fleet-report-action.ts';
import { endProcess } from './tools/job-process.ts';

await reportFleet(process.env);
endProcess();
