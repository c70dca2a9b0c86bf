/** Writes the inputs of each action.yml from their tables; with `--check`, only looks at them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { INPUTS } from '../src/config/inputs/index.ts';
import { FLEET_INPUTS } from '../src/fleet/inputs.ts';
import { REPORT_INPUTS } from '../src/fleet/report/inputs.ts';
import { withInputs } from './action-inputs.ts';

const actions = [
  ['action.yml', INPUTS],
  ['fleet/action.yml', FLEET_INPUTS],
  ['fleet/report/action.yml', REPORT_INPUTS],
] as const;

for (const [path, inputs] of actions) {
  const before = readFileSync(path, 'utf8');
  const after = withInputs(before, inputs);
  if (!process.argv.includes('--check')) writeFileSync(path, after);
  else if (after !== before)
    throw new Error(`The inputs of ${path} are not what their table makes them: run \`npm run docs\`.`);
}
