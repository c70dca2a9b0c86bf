/** A table of inputs: texts to values, each by its form, and what is wrong with the bad ones. */
import { countOf } from '../model/count.ts';
import { Failure } from '../model/failure.ts';
import type { InputRow } from './inputs/definition.ts';

/** The rows by the names of the inputs, each with the type of its value. */
export type InputTable<Values> = { readonly [Name in keyof Values]: InputRow<Values[Name]> };

export interface Parsed<Values> {
  /** Absent when the text of any input is not understood. */
  readonly inputs?: Values;
  /** What is wrong with each bad text, in the order of the table. A value that may hold a secret is not shown. */
  readonly problems: readonly string[];
}

/** Reads every input of a table; `textOf` gives its text, empty where there is none. */
export function parseTable<Values extends object>(
  table: InputTable<Values>,
  names: readonly (keyof Values & string)[],
  textOf: (name: keyof Values & string) => string,
): Parsed<Values> {
  const values: Partial<Values> = {};
  const problems = names.flatMap((name) => parseInput(table, values, name, textOf(name)));
  return isComplete<Values>(values, names) ? { inputs: values, problems } : { problems };
}

/** Puts the value of one input in its place, or gives what is wrong with its text. */
function parseInput<Values extends object>(
  table: InputTable<Values>,
  values: Partial<Values>,
  name: keyof Values & string,
  text: string,
): readonly string[] {
  const row = table[name];
  const { success, data, error } = row.form.safeParse(text);
  if (!success) return [problemOf(name, row, text, error.issues.map(({ message }) => message).join('; '))];
  values[name] = data;
  return [];
}

function isComplete<Values extends object>(
  values: Partial<Values>,
  names: readonly (keyof Values)[],
): values is Values {
  return names.every((name) => name in values);
}

/** An ARN, or what is meant for one; or an address without a user, of short words in small letters: nothing of it lets anyone in. */
const ARN = /^arn:[\w:/.+=,*-]+$/;
const ADDRESS = /^(?:oci:|[a-z]+:\/\/)?[a-z][a-z0-9._/-]*(?::\d{1,5}(?![^/]))?[a-z0-9._/-]*$/;
/** As keys, tokens and ids are written. */
const LIKE_A_KEY = /[a-z0-9]{16}|[0-9a-f]{8}-[0-9a-f]{4}-/i;

function isPlainlyNoSecret(text: string): boolean {
  return text.length <= 200 && (ARN.test(text) || ADDRESS.test(text)) && !LIKE_A_KEY.test(text);
}

function problemOf(name: string, { secret, mayHoldSecret }: InputRow, text: string, allowed: string): string {
  if (text === '') return `\`${name}\` is required: ${allowed}.`;
  const oneLine = text
    .trim()
    .replaceAll(/\s*\n\s*/g, ', ')
    .slice(0, 200);
  const isHidden = secret === true || (mayHoldSecret === true && !isPlainlyNoSecret(text.trim()));
  const shown = isHidden ? 'its value (not shown)' : `\`${oneLine}\``;
  return `\`${name}\`: ${shown} is not understood; allowed: ${allowed}.`;
}

const CORRECT = 'Correct the `with:` block of this step. No call has left the runner.';

/** The one failure of a run whose inputs are wrong: all problems at once. */
export function invalidInput(problems: readonly string[], next = CORRECT): Failure {
  const lines = problems.map((line) => `  - ${line}`).join('\n');
  return new Failure('invalid-input', {
    tried: 'read the inputs',
    said: `${countOf(problems.length, 'problem')}\n${lines}`,
    next,
  });
}
