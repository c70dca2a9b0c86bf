/** Inputs: the reviewed plan, and how a run reports. */
import { boolean, matching, optionalForm } from '../forms.ts';
import type { InputDefinition } from './definition.ts';

export const reportingInputs = {
  'expected-plan': {
    form: optionalForm(
      matching(/^sha256:[0-9a-f]{64}$/, 'a digest `sha256:…` from the output `plan-digest`'),
    ),
    description: 'Digest of the reviewed plan. `apply` refuses any other plan and shows the difference.',
    inDigest: false,
  },
  'fail-on-drift': {
    form: boolean,
    default: 'true',
    description:
      'Whether `check` fails the job on drift or on a failed verification. One that could not look fails in any case.',
    inDigest: false,
  },
  'comment-on-pr': {
    form: boolean,
    default: 'true',
    description: 'In modes `plan` and `apply`, keep one comment per `label` on the pull request up to date.',
    inDigest: false,
  },
  'drift-issue': {
    form: boolean,
    default: 'false',
    description: 'Keep one issue per `label` up to date, opened on drift and closed when in sync.',
    inDigest: false,
  },
  label: {
    form: optionalForm(matching(/^[^\r\n]{1,100}$/, 'one line of up to 100 characters')),
    description: "Tells several uses in one repository apart. Without it, the cluster's name.",
    inDigest: false,
  },
  'github-token': {
    form: optionalForm(matching(/^\S+$/, 'a token without blanks')),
    default: '${{ github.token }}',
    description: 'Token for the comment and the issue, used for nothing else.',
    secret: true,
    inDigest: false,
  },
} satisfies Readonly<Record<string, InputDefinition>>;
