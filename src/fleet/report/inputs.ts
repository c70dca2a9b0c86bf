/** The table of inputs of fleet/report/action.yml, which is made from it, and how they are read: all problems at once. */
import type { z } from 'zod';
import { boolean, type Form, matching, optionalForm } from '../../config/forms.ts';
import { countOf } from '../../model/count.ts';
import { Failure } from '../../model/failure.ts';
import { expectedForm, unreachableForm } from './places.ts';

/** A row of a table of inputs; `default` as in action.yml. */
interface ActionInput<T> {
  readonly form: Form<T>;
  readonly default?: string;
  readonly required?: true;
  readonly description: string;
}

const reportTable = {
  path: {
    form: matching(/^[^\r\n]+$/, 'a directory'),
    required: true,
    description:
      'The directory with the files of the jobs (outputs `result-file`, `plan-file`, `verification-file`), one folder a job, as `actions/download-artifact` makes them. It is searched with what is below it; links are not followed.',
  },
  expected: {
    form: expectedForm,
    required: true,
    description:
      'The clusters that a job was run for: the output `matrix` or `matrices` of `fleet`. One that no file tells of is `unknown`. May be empty with `search-failure`.',
  },
  unreachable: {
    form: unreachableForm,
    description:
      'The output `unreachable` of `fleet`: what the search could not look at is `unknown` in the report.',
  },
  'search-failure': {
    form: optionalForm(matching(/^[a-z][a-z-]{0,49}$/, 'a failure reason such as `access-denied`')),
    description:
      'Why the search told of no clusters: the output `failure-reason` of `fleet`, else the result of its job. Then all is `unknown`, and the issue is open.',
  },
  'fail-on-drift': {
    form: boolean,
    default: 'true',
    description: 'Whether the step fails when the worst verdict is `drifted`, `unknown` or `error`.',
  },
  'fleet-issue': {
    form: boolean,
    default: 'false',
    description:
      'Keep one issue per `label` up to date, opened when the worst verdict is `drifted`, `unknown` or `error`, closed when all is well.',
  },
  label: {
    form: matching(/^[^\r\n]{1,100}$/, 'one line of up to 100 characters'),
    default: 'fleet',
    description: 'Tells several fleets in one repository apart.',
  },
  'github-token': {
    form: optionalForm(matching(/^\S+$/, 'a token without blanks')),
    default: '${{ github.token }}',
    description: 'Token for the issue, used for nothing else.',
  },
} satisfies Readonly<Record<string, ActionInput<unknown>>>;

type ReportInputName = keyof typeof reportTable;

export type ReportInputs = {
  readonly [Name in ReportInputName]: z.output<(typeof reportTable)[Name]['form']>;
};

export const REPORT_INPUTS: { readonly [Name in ReportInputName]: ActionInput<ReportInputs[Name]> } =
  reportTable;

type ReportValues = { -readonly [Name in ReportInputName]?: ReportInputs[Name] };

const NAMES = Object.keys(reportTable).filter((name): name is ReportInputName => name in reportTable);
/** As much of a value is quoted in a message. */
const MOST_SHOWN = 200;

/** Throws `invalid-input` with every bad input's name, value and allowed forms. */
export function readReportInputs(textOf: (name: string) => string): ReportInputs {
  const values: ReportValues = {};
  const problems = NAMES.flatMap((name) => readInput(values, name, textGiven(name, textOf)));
  if (isWhole(values) && problems.length === 0) return values;
  throw new Failure('invalid-input', {
    tried: 'read the inputs',
    said: `${countOf(problems.length, 'problem')}\n${problems.map((line) => `  - ${line}`).join('\n')}`,
    next: 'Correct the `with:` block of this step. If `expected` is empty, the search for clusters has failed: see its job, and hand the reason on as `search-failure`.',
  });
}

/** An expression that came out empty means what leaving the input out means. */
function textGiven(name: ReportInputName, textOf: (name: string) => string): string {
  const text = textOf(name);
  // A search that failed has told of no cluster.
  if (name === 'expected' && text.trim() === '' && textOf('search-failure').trim() !== '') return '[]';
  const { default: standard } = REPORT_INPUTS[name];
  return text.trim() === '' && standard?.startsWith('${{') === false ? standard : text;
}

function readInput<Name extends ReportInputName>(
  values: Pick<ReportValues, Name>,
  name: Name,
  text: string,
): readonly string[] {
  const { success, data, error } = REPORT_INPUTS[name].form.safeParse(text);
  if (success) {
    values[name] = data;
    return [];
  }
  const allowed = error.issues.map(({ message }) => message).join('; ');
  if (text.trim() === '') return [`\`${name}\` is required: ${allowed}.`];
  // A token is the one value that is a secret.
  if (name === 'github-token')
    return [`\`${name}\`: its value (not shown) is not understood; allowed: ${allowed}.`];
  const shown = text.trim().replaceAll(/\s+/g, ' ').slice(0, MOST_SHOWN);
  return [`\`${name}\`: \`${shown}\` is not understood; allowed: ${allowed}.`];
}

function isWhole(values: ReportValues): values is ReportInputs {
  return NAMES.every((name) => name in values);
}
