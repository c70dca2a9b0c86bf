/** Texts to values, each input by its form. */
import { INPUT_NAMES, type InputName, INPUTS, type Inputs } from './inputs/index.ts';

export interface ParsedInputs {
  /** Absent when the text of any input is not understood. */
  readonly inputs?: Inputs;
  /** What is wrong with each bad text, in the order of the table. A value that may hold a secret is not shown. */
  readonly problems: readonly string[];
}

type Values = { -readonly [Name in InputName]?: Inputs[Name] };

/** Reads every input; `textOf` gives its text, empty where there is none. */
export function parseInputs(textOf: (name: InputName) => string): ParsedInputs {
  const values: Values = {};
  const problems = INPUT_NAMES.flatMap((name) => parseInput(values, name, textOf(name)));
  return isComplete(values) ? { inputs: values, problems } : { problems };
}

/** Puts the value of one input in its place, or gives what is wrong with its text. */
function parseInput<Name extends InputName>(
  values: Pick<Values, Name>,
  name: Name,
  text: string,
): readonly string[] {
  const { success, data, error } = INPUTS[name].form.safeParse(text);
  if (!success) return [problemOf(name, text, error.issues.map(({ message }) => message).join('; '))];
  values[name] = data;
  return [];
}

function isComplete(values: Values): values is Inputs {
  return INPUT_NAMES.every((name) => name in values);
}

function problemOf(name: InputName, text: string, allowed: string): string {
  if (text === '') return `\`${name}\` is required: ${allowed}.`;
  const oneLine = text
    .trim()
    .replaceAll(/\s*\n\s*/g, ', ')
    .slice(0, 200);
  const { secret, mayHoldSecret } = INPUTS[name];
  const shown = secret === true || mayHoldSecret === true ? 'its value (not shown)' : `\`${oneLine}\``;
  return `\`${name}\`: ${shown} is not understood; allowed: ${allowed}.`;
}
