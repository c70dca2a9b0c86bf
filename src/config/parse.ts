/** The inputs of the main action: texts to values, each by its form. */
import { INPUT_NAMES, type InputName, INPUTS, type Inputs } from './inputs/index.ts';
import { type Parsed, parseTable } from './table.ts';

/** Reads every input; `textOf` gives its text, empty where there is none. */
export function parseInputs(textOf: (name: InputName) => string): Parsed<Inputs> {
  return parseTable<Inputs>(INPUTS, INPUT_NAMES, textOf);
}
