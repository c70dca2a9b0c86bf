/** Writes the made parts of README.md: the tables of action.yml and the example workflows; with `--check`, only looks at them. */
import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { filled, table } from './markdown.ts';

const action = z
  .object({
    inputs: z.record(
      z.string(),
      z.object({
        description: z.string().min(1),
        default: z.string().optional(),
        required: z.boolean().optional(),
      }),
    ),
    outputs: z.record(z.string(), z.object({ description: z.string().min(1) })),
  })
  .parse(parse(readFileSync('action.yml', 'utf8')));

const inputs = Object.entries(action.inputs).map(([name, input]) => {
  const value = input.default === undefined ? '' : `\`${input.default}\``;
  return [`\`${name}\``, input.required === true ? '**required**' : value, input.description];
});
const outputs = Object.entries(action.outputs).map(([name, output]) => [`\`${name}\``, output.description]);

const example = (name: string): string =>
  `\`\`\`yaml\n${readFileSync(`examples/${name}.yml`, 'utf8').trimEnd()}\n\`\`\``;

const before = readFileSync('README.md', 'utf8');
const after = filled('README.md', before, {
  inputs: table(['Input', 'Default', 'Meaning'], inputs),
  outputs: table(['Output', 'Value'], outputs),
  'examples/apply.yml': example('apply'),
  'examples/check.yml': example('check'),
  'examples/plan.yml': example('plan'),
});
if (!process.argv.includes('--check')) writeFileSync('README.md', after);
else if (after !== before)
  throw new Error('README.md is not what action.yml and examples/ make it: run `npm run docs`.');
