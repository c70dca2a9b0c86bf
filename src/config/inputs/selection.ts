/** Inputs: which control planes are served, and which service account there. */
import { listOf, matching, optionalForm, textForm } from '../forms.ts';
import { globs } from '../globs.ts';
import { isSelector } from '../selector.ts';
import type { InputDefinition } from './definition.ts';
import { DNS_LABEL, DNS_NAME } from './patterns.ts';

export const selectionInputs = {
  'control-planes': {
    form: globs,
    description:
      'Control planes to serve, as `group/name` globs (`*`, `?`, `[…]`, `{a,b}`), one a line. Without it, all.',
    inDigest: true,
  },
  'control-plane-selector': {
    form: optionalForm(
      textForm(
        'a Kubernetes label selector such as `env=prod,tier!=test`, `env in (prod,stage)`, `env`, `!env`',
        isSelector,
      ),
    ),
    description:
      'A label selector over ControlPlanes, such as `env=prod,tier!=test` or `env in (prod,stage)`.',
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
