/** Writes the tables of inputs and outputs in README.md from action.yml; with `--check`, only says whether they are true. */
import { readFileSync, writeFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

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

const cell = (text: string): string => text.trim().replaceAll('|', '\\|').replaceAll('\n', ' ');

const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;

const inputs = Object.entries(action.inputs).map(([name, input]) => {
  const value = input.default === undefined ? '' : `\`${input.default}\``;
  return row([`\`${name}\``, input.required === true ? '**required**' : value, input.description]);
});
const outputs = Object.entries(action.outputs).map(([name, output]) =>
  row([`\`${name}\``, output.description]),
);

const tables: Readonly<Record<string, readonly string[]>> = {
  inputs: ['| Input | Default | Meaning |', '| --- | --- | --- |', ...inputs],
  outputs: ['| Output | Value |', '| --- | --- |', ...outputs],
};

let readme = readFileSync('README.md', 'utf8');
const before = readme;
for (const [name, lines] of Object.entries(tables)) {
  const marked = new RegExp(`(<!-- ${name}:begin[^>]*-->\\n)[\\s\\S]*?(<!-- ${name}:end -->)`);
  if (!marked.test(readme)) throw new Error(`README.md has no markers for the table of ${name}`);
  readme = readme.replace(
    marked,
    (_all, begin: string, end: string) => `${begin}${lines.join('\n')}\n${end}`,
  );
}
if (process.argv.includes('--check')) {
  if (readme !== before)
    throw new Error('The tables of README.md are not those of action.yml: run `npm run docs`.');
} else writeFileSync('README.md', readme);
