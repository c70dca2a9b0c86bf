/** Reads an action's metadata and makes its `INPUT_*` variables. */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const schema = z.object({
  inputs: z
    .record(
      z.string(),
      z.looseObject({
        default: z.union([z.string(), z.number(), z.boolean()]).optional(),
        required: z.boolean().optional(),
      }),
    )
    .default({}),
  runs: z.object({ using: z.string(), main: z.string(), post: z.string().optional() }),
});

/** What the runner reads in an action's metadata. */
export interface Action {
  readonly inputs: Readonly<Record<string, { readonly default: string | undefined }>>;
  /** Absolute paths of the scripts. */
  readonly main: string;
  readonly post: string | undefined;
}

/** Reads `action.yml`. */
export async function readAction(file: string): Promise<Action> {
  const { inputs, runs } = schema.parse(parse(await readFile(file, 'utf8')));
  if (!runs.using.startsWith('node'))
    throw new Error(`${file}: only JavaScript actions run here, not ${runs.using}.`);
  const base = dirname(file);
  return {
    inputs: Object.fromEntries(
      Object.entries(inputs).map(([name, input]) => [name, { default: input.default?.toString() }]),
    ),
    main: join(base, runs.main),
    post: runs.post === undefined ? undefined : join(base, runs.post),
  };
}

/**
 * The `INPUT_*` variables: what the workflow gives, else the default. A name is upper-cased and its spaces become
 * underscores; hyphens stay. An input without value or default is an empty text, as with the runner.
 */
export function inputVariables(
  action: Action,
  given: Readonly<Record<string, string>>,
  evaluate: (expression: string) => string,
): Record<string, string> {
  const names = new Set([...Object.keys(action.inputs), ...Object.keys(given)]);
  return Object.fromEntries(
    [...names].map((name) => {
      const standard = action.inputs[name]?.default ?? '';
      const value =
        given[name] ?? standard.replaceAll(/\$\{\{(.*?)\}\}/g, (_, text: string) => evaluate(text.trim()));
      return [`INPUT_${name.replaceAll(' ', '_').toUpperCase()}`, value];
    }),
  );
}
