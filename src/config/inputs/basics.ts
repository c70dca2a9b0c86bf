/** Inputs: what to do, and for which cluster. */
import { IDENTITIES, MODES } from '../../model/config.ts';
import { matching, oneOf } from '../forms.ts';
import type { InputDefinition } from './definition.ts';
import { REGION } from './patterns.ts';

export const basicInputs = {
  mode: {
    form: oneOf(MODES),
    default: 'plan',
    description:
      '`plan` shows what would change, `apply` does it and verifies, `check` looks for drift and verifies, `destroy` removes what this action owns.',
    inDigest: false,
  },
  identity: {
    form: oneOf(IDENTITIES),
    required: true,
    description: 'The mechanism, `irsa` or `pod-identity`.',
    inDigest: true,
  },
  'cluster-name': {
    form: matching(/^[0-9A-Za-z][\w-]{0,99}$/, 'the name of an EKS cluster'),
    required: true,
    description: 'Name of the EKS cluster that hosts the Space.',
    inDigest: true,
  },
  'aws-region': {
    form: matching(REGION, 'a region such as `eu-central-1`'),
    description: 'Region of the cluster. Without it, `AWS_REGION` or `AWS_DEFAULT_REGION`.',
    inDigest: true,
  },
} satisfies Readonly<Record<string, InputDefinition>>;
