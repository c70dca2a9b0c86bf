/** The inputs of action.yml, written from the table. */
import { expect, test } from '@jest/globals';
import { parse } from 'yaml';
import { withInputs } from '../../scripts/action-inputs.ts';

const HEAD = "name: 'A name' # why\n# Made.\n";
const TAIL = 'outputs:\n  plan: {description: The plan}\nruns:\n  using: node24\n';

test('all but the inputs stays as it is, to the letter', () => {
  const made = withInputs(`${HEAD}inputs:\n  old:\n    description: Gone.\n${TAIL}`);
  expect(made.startsWith(`${HEAD}inputs:\n  mode:\n`)).toBe(true);
  expect(made.endsWith(TAIL)).toBe(true);
  expect(made).not.toContain('old:');
  expect(withInputs(made)).toBe(made);
});

test('texts stay whole on short and long lines, and booleans stay texts', () => {
  const made = withInputs(`inputs:\n${TAIL}`);
  expect(Math.max(...made.split('\n').map((line) => line.length))).toBeLessThanOrEqual(132);
  expect(parse(made)).toMatchObject({
    inputs: {
      identity: { required: true },
      prune: { default: 'true' },
      'github-token': { default: '${{ github.token }}' },
    },
  });
});

test.each(['outputs:\n', 'inputs:\n', 'outputs:\ninputs:\n'])(
  'a file without the two parts is refused',
  (text) => {
    expect(() => withInputs(text)).toThrow('no `inputs:` followed by `outputs:`');
  },
);
