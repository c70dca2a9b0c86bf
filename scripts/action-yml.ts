/** Writes the inputs of each action.yml from its table in src/; with `--check`, only looks at them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { INPUTS } from '../src/config/inputs/index.ts';
import { REPORT_INPUTS } from '../src/fleet/report/inputs.ts';
import { type InputRows, withInputs } from './action-inputs.ts';

const ACTIONS: Readonly<Record<string, InputRows>> = {
  'action.yml': INPUTS,
  'fleet/report/action.yml': REPORT_INPUTS,
};

for (const [file, rows] of Object.entries(ACTIONS)) {
  const before = readFileSync(file, 'utf8');
  const after = withInputs(before, rows);
  if (!process.argv.includes('--check')) writeFileSync(file, after);
  else if (after !== before)
    throw new Error(`The inputs of ${file} are not what its table in src/ makes them: run \`npm run docs\`.`);
}
