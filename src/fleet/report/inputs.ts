/** The table of inputs of fleet/report/action.yml, which is made from it, and how they are read: all problems at once. */
import type { z } from 'zod';
import { boolean, matching, optionalForm } from '../../config/forms.ts';
import type { InputRow } from '../../config/inputs/definition.ts';
import { type InputTable, invalidInput, parseTable } from '../../config/table.ts';
import { expectedForm, unreachableForm } from './places.ts';

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
    secret: true,
  },
} satisfies Readonly<Record<string, InputRow>>;

type ReportInputName = keyof typeof reportTable;

export type ReportInputs = {
  readonly [Name in ReportInputName]: z.output<(typeof reportTable)[Name]['form']>;
};
export const REPORT_INPUTS: InputTable<ReportInputs> = reportTable;
const NAMES = Object.keys(reportTable).filter((name): name is ReportInputName => name in reportTable);

/** Throws `invalid-input` with every bad input's name, value and allowed forms. */
export function readReportInputs(textOf: (name: string) => string): ReportInputs {
  const { inputs, problems } = parseTable<ReportInputs>(REPORT_INPUTS, NAMES, (name) =>
    textGiven(name, textOf),
  );
  if (inputs !== undefined) return inputs;
  const next =
    'Correct the `with:` block of this step. If `expected` is empty, the search for clusters has failed: see its job, and hand the reason on as `search-failure`.';
  throw invalidInput(problems, next);
}

/** An expression that came out empty means what leaving the input out means. */
function textGiven(name: ReportInputName, textOf: (name: string) => string): string {
  const text = textOf(name);
  if (text.trim() !== '') return text;
  // A search that failed has told of no cluster.
  if (name === 'expected' && textOf('search-failure').trim() !== '') return '[]';
  const { default: standard = '' } = REPORT_INPUTS[name];
  return standard.startsWith('${{') ? '' : standard;
}
