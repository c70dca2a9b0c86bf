/** Inputs: which control planes are served, and which service account there. */
import { listOf, matching, optionalForm } from '../forms.ts';
import type { InputDefinition } from './definition.ts';
import { DNS_LABEL, DNS_NAME } from './patterns.ts';

export const selectionInputs = {
  'control-planes': {
    form: listOf(/^[a-z0-9.*?[\]{}!-]+\/[a-z0-9.*?[\]{}!-]+$/, '`group/name` globs'),
    description: 'Control planes to serve, as `group/name` globs, one a line. Without it, all.',
    inDigest: true,
  },
  'control-plane-selector': {
    form: optionalForm(matching(/^[\w./=!,() -]+$/, 'a Kubernetes label selector')),
    description: 'A label selector over ControlPlanes, such as `env=prod,tier!=test`.',
    inDigest: true,
  },
  namespaces: {
    form: listOf(DNS_LABEL, 'names of namespaces'),
    description:
      'Host namespaces to serve, named outright, one a line. Control planes are not looked up then.',
    inDigest: true,
  },
  'service-account': {
    form: matching(DNS_NAME, 'the name of a service account'),
    default: 'external-secrets-controller',
    description: 'Service account of the External Secrets controller in each host namespace.',
    inDigest: true,
  },
} satisfies Readonly<Record<string, InputDefinition>>;
