/**
 * Writes the made parts of README.md, docs/fleet.md and docs/acceptance.md: the tables of the action.yml files, the example workflows,
 * the steps and facts of acceptance/; with `--check`, only looks at them.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';
import { FACTS } from '../acceptance/facts/index.ts';
import { STEPS } from '../acceptance/frame/steps.ts';
import { filled, table } from './markdown.ts';

const schema = z.object({
  inputs: z.record(
    z.string(),
    z.object({
      description: z.string().min(1),
      default: z.string().optional(),
      required: z.boolean().optional(),
    }),
  ),
  outputs: z.record(z.string(), z.object({ description: z.string().min(1) })),
});

/** The tables of inputs and outputs of an action. */
function tablesOf(file: string): { readonly inputs: string; readonly outputs: string } {
  const action = schema.parse(parse(readFileSync(file, 'utf8')));
  const inputs = Object.entries(action.inputs).map(([name, input]) => {
    const before = input.required === true ? '**Required.** ' : '';
    const after = input.default === undefined ? '' : ` Default: \`${input.default}\`.`;
    return [`\`${name}\``, before + input.description + after];
  });
  const outputs = Object.entries(action.outputs).map(([name, output]) => [`\`${name}\``, output.description]);
  return {
    inputs: table(['Input', 'Meaning'], inputs),
    outputs: table(['Output', 'Value'], outputs),
  };
}

const example = (name: string): string =>
  `\`\`\`yaml\n${readFileSync(`examples/${name}.yml`, 'utf8').trimEnd()}\n\`\`\``;

const main = tablesOf('action.yml');
const fleet = tablesOf('fleet/action.yml');
const report = tablesOf('fleet/report/action.yml');
const pages: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'README.md': {
    ...main,
    'examples/apply.yml': example('apply'),
    'examples/check.yml': example('check'),
    'examples/plan.yml': example('plan'),
  },
  'docs/fleet.md': {
    'fleet/inputs': fleet.inputs,
    'fleet/outputs': fleet.outputs,
    'examples/fleet-matrix.yml': example('fleet-matrix'),
    'fleet/report inputs': report.inputs,
    'fleet/report outputs': report.outputs,
    'examples/fleet.yml': example('fleet'),
  },
  'docs/acceptance.md': {
    'acceptance/steps': table(
      ['Step', 'What it does', 'What undoes it'],
      STEPS.map(({ name, does, undone }) => [`\`${name}\``, does, undone]),
    ),
    'acceptance/facts': table(
      ['Fact', 'What is assumed', 'How the script settles it', 'Where it matters'],
      FACTS.map(({ id, assumed, settled, matters }) => [
        `\`${id}\``,
        assumed,
        settled,
        matters.map((path) => `[${path.split('/').at(-1) ?? ''}](../${path})`).join(', '),
      ]),
    ),
  },
};

for (const [page, parts] of Object.entries(pages)) {
  const before = readFileSync(page, 'utf8');
  const after = filled(page, before, parts);
  if (!process.argv.includes('--check')) writeFileSync(page, after);
  else if (after !== before)
    throw new Error(
      `${page} is not what the action.yml files, examples/ and acceptance/ make it: run \`npm run docs\`.`,
    );
}
