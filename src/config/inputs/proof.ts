/** Inputs: the proof that the workload can really read. */
import { boolean, listOf } from '../forms.ts';
import type { InputDefinition } from './definition.ts';
import { PARAMETER_NAME, SECRET_NAME } from './patterns.ts';

export const proofInputs = {
  'prove-access': {
    form: boolean,
    default: 'false',
    description:
      "For every control plane, take a token for the workload's service account and assume the role with it.",
    inDigest: false,
  },
  'probe-secrets': {
    form: listOf(
      SECRET_NAME,
      'names or ARNs of secrets, which may hold `{group}`, `{name}`, `{id}`, `{namespace}`',
    ),
    description:
      "Names of Secrets Manager secrets to read (never shown) with the proven credentials, one a line. Of one with placeholders each control plane's own must be read, and another's must be refused.",
    inDigest: false,
  },
  'probe-parameters': {
    form: listOf(
      PARAMETER_NAME,
      'names of parameters, which may hold `{group}`, `{name}`, `{id}`, `{namespace}`',
    ),
    description:
      'Names of SSM parameters to read (never shown) with the proven credentials, one a line. Placeholders as in `probe-secrets`.',
    inDigest: false,
  },
} satisfies Readonly<Record<string, InputDefinition>>;
