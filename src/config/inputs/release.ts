/** Inputs: the Helm release of Spaces and the values of its chart. */
import { ANNOTATES } from '../../model/config.ts';
import { chartAddress } from '../addresses.ts';
import { anyText, boolean, matching, oneOf, optionalForm, pairs, verbatim } from '../forms.ts';
import type { InputDefinition } from './definition.ts';
import { DNS_LABEL, HELM_RELEASE, LABEL_KEY, LABEL_VALUE } from './patterns.ts';

export const releaseInputs = {
  annotate: {
    form: oneOf(ANNOTATES),
    default: 'helm',
    description:
      "Who sets the IRSA annotation. `helm`: this action, through the Spaces chart's value. `none`: someone else, such as GitOps; this action prints the values, waits for them, restarts and verifies.",
    inDigest: true,
  },
  'helm-release': {
    form: matching(HELM_RELEASE, 'the name of a Helm release, up to 53 characters'),
    default: 'spaces',
    description: 'Name of the Spaces Helm release.',
    inDigest: true,
  },
  'helm-namespace': {
    form: matching(DNS_LABEL, 'the name of a namespace'),
    default: 'upbound-system',
    description: 'Namespace of the Spaces Helm release.',
    inDigest: true,
  },
  chart: {
    form: chartAddress,
    default: 'oci://xpkg.upbound.io/spaces-artifacts/spaces',
    description:
      'The Spaces chart, an OCI reference, a directory, a `.tgz` or the URL of a chart repository, without credentials in it.',
    mayHoldSecret: true,
    inDigest: true,
  },
  'chart-version': {
    form: optionalForm(matching(/^v?\d+\.\d+\.\d+([-+][\w.+-]+)?$/, 'an exact version such as `1.17.1`')),
    description:
      'Version of the chart to upgrade to. Without it, the version that is deployed, which is what you want.',
    inDigest: true,
  },
  'registry-username': {
    form: optionalForm(anyText),
    description: "User name for the chart's registry.",
    mayHoldSecret: true,
    inDigest: false,
  },
  'registry-password': {
    form: optionalForm(verbatim),
    description: "Password or token for the chart's registry.",
    secret: true,
    inDigest: false,
  },
  'registry-plain-http': {
    form: boolean,
    default: 'false',
    description:
      "Talk HTTP, not HTTPS, to the chart's registry. An `http://` URL in `chart` needs it too, unless it leads to the runner itself.",
    inDigest: false,
  },
  'shared-secrets-value': {
    form: matching(/^[A-Za-z]\w*(\.[A-Za-z]\w*)*$/, 'the path of a chart value, with dots'),
    default: 'features.alpha.sharedSecrets.enabled',
    description: 'The chart value that switches Shared Secrets on. Set to `true` when it is off.',
    inDigest: true,
  },
  'pod-labels': {
    form: pairs(LABEL_KEY, LABEL_VALUE, '`key=value` Kubernetes labels'),
    description: "Labels for the pods of Shared Secrets, `key=value`, one a line, through the chart's value.",
    inDigest: true,
  },
} satisfies Readonly<Record<string, InputDefinition>>;
