/** Writes the inputs of action.yml from the table in src/config/inputs/; with `--check`, only looks at them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { withInputs } from './action-inputs.ts';

const before = readFileSync('action.yml', 'utf8');
const after = withInputs(before);
if (!process.argv.includes('--check')) writeFileSync('action.yml', after);
else if (after !== before)
  throw new Error('The inputs of action.yml are not what src/config/inputs/ makes them: run `npm run docs`.');
