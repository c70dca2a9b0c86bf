/** The `inputs:` part of an action.yml as a table of inputs makes it. */
import { Document, Scalar } from 'yaml';
import type { InputRow } from '../src/config/inputs/definition.ts';
import { INPUTS } from '../src/config/inputs/index.ts';

const WIDTH = 130;
/** `    description: `, which begins the line. */
const INDENT = 17;

/** On one line where it fits, else folded; yaml quotes what needs quotes. */
function description(text: string): Scalar {
  const scalar = new Scalar(text);
  if (INDENT + text.length > WIDTH) scalar.type = Scalar.BLOCK_FOLDED;
  return scalar;
}

/** In the order of its rows. */
type Inputs = Readonly<Record<string, Pick<InputRow, 'description' | 'default' | 'required'>>>;

function inputsPart(inputs: Inputs): string {
  const rows = Object.entries(inputs).map(
    ([name, { default: value, required, description: text }]) =>
      [name, { description: description(text), default: value, required }] as const,
  );
  const document = new Document({ inputs: Object.fromEntries(rows) }, { keepUndefined: false });
  return document.toString({ lineWidth: WIDTH, singleQuote: true });
}

/** action.yml with its inputs made anew; all else stays as it is. Throws where `inputs:` or the `outputs:` after it is missing. */
export function withInputs(actionYml: string, inputs: Inputs = INPUTS): string {
  const part = /^inputs:[^\n]*\n[\s\S]*?(?=^outputs:\n)/m;
  if (!part.test(actionYml)) throw new Error('action.yml has no `inputs:` followed by `outputs:`.');
  return actionYml.replace(part, () => inputsPart(inputs));
}
