/** Inputs: which helm and kubectl are used. */
import { mirrorAddress } from '../addresses.ts';
import { matching, optionalForm } from '../forms.ts';
import type { InputDefinition } from './definition.ts';

const SHA256 = matching(/^[0-9a-fA-F]{64}$/, '64 hexadecimal digits');
const TOOL_VERSION = matching(/^(path|v?\d+\.\d+\.\d+)$/, 'a version such as `v4.1.4`, or `path`');

export const toolInputs = {
  'helm-version': {
    form: optionalForm(TOOL_VERSION),
    description:
      'A Helm version such as `v4.1.4`, or `path` for what the runner has. Without it, one that fits the cluster.',
    inDigest: false,
  },
  'kubectl-version': {
    form: optionalForm(TOOL_VERSION),
    description:
      'A kubectl version such as `v1.35.4`, or `path` for what the runner has. Without it, one that fits the cluster.',
    inDigest: false,
  },
  'helm-sha256': {
    form: optionalForm(SHA256),
    description:
      "SHA-256 of the Helm archive, as published beside it. It decides every time, also on the copy in the runner's tool cache; a download is compared with the release's own checksum file besides.",
    inDigest: false,
  },
  'kubectl-sha256': {
    form: optionalForm(SHA256),
    description:
      "SHA-256 of the kubectl binary, as published beside it. It decides every time, also on the copy in the runner's tool cache; a download is compared with the release's own checksum file besides.",
    inDigest: false,
  },
  'helm-download-url': {
    form: mirrorAddress,
    default: 'https://get.helm.sh',
    description:
      "A mirror of Helm's download site. An `http://` one needs `helm-sha256`, unless it is on the runner itself.",
    mayHoldSecret: true,
    inDigest: false,
  },
  'kubectl-download-url': {
    form: mirrorAddress,
    default: 'https://dl.k8s.io/release',
    description:
      "A mirror of kubectl's download site. An `http://` one needs `kubectl-sha256`, unless it is on the runner itself.",
    mayHoldSecret: true,
    inDigest: false,
  },
} satisfies Readonly<Record<string, InputDefinition>>;
