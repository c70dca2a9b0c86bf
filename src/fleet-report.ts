/** The step of fleet/report/action.yml. It only reads files and writes reports, so a cancelled job may end it at once. */
import { reportFleet } from './report-fleet.ts';

await reportFleet(process.env);
// All is told. A connection that still hangs must not hold the job.
process.stdout.write('', () => process.exit());
