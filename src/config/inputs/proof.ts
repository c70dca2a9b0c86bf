/** Inputs: the proof that the workload can really read. */
import { boolean, listOf } from '../forms.ts';
import type { InputDefinition } from './definition.ts';
import { PARAMETER_NAME } from './patterns.ts';

export const proofInputs = {
  'prove-access': {
    form: boolean,
    default: 'false',
    description:
      "For every control plane, take a token for the workload's service account and assume the role with it.",
    inDigest: false,
  },
  'probe-secrets': {
    form: listOf(/^[\w/+=.@:!-]{1,2048}$/, 'names or ARNs of secrets'),
    description:
      'Names of Secrets Manager secrets to read (never shown) with the proven credentials, one a line.',
    inDigest: false,
  },
  'probe-parameters': {
    form: listOf(PARAMETER_NAME, 'names of parameters'),
    description: 'Names of SSM parameters to read (never shown) with the proven credentials, one a line.',
    inDigest: false,
  },
} satisfies Readonly<Record<string, InputDefinition>>;
