/** Inputs: how the job gets into AWS and into the cluster. */
import { anyText, duration, listOf, matching, optionalForm, verbatim } from '../forms.ts';
import type { InputDefinition } from './definition.ts';
import { ACCOUNT, ROLE_ARN } from './patterns.ts';

export const signInInputs = {
  'role-to-assume': {
    form: optionalForm(matching(ROLE_ARN, 'the ARN of an IAM role')),
    description:
      "ARN of the IAM role of the job itself, assumed with GitHub's OIDC token (needs `permissions: id-token: write`). Without it, the AWS credentials of the job's environment.",
    mayHoldSecret: true,
    inDigest: false,
  },
  'role-session-name': {
    form: optionalForm(matching(/^[\w+=,.@-]{2,64}$/, '2 to 64 of letters, digits and `+=,.@_-`')),
    description: "Session name of the job's role. Without it, `spaces-workload-identity-<run id>`.",
    inDigest: false,
  },
  'role-duration': {
    form: duration(900, 43_200, 'from `15m` to `12h`'),
    default: '1h',
    description: "How long the job's credentials live, `15m` to `12h`.",
    inDigest: false,
  },
  audience: {
    form: matching(/^\S{1,255}$/, 'an audience without blanks'),
    default: 'sts.amazonaws.com',
    description: "Audience of GitHub's OIDC token.",
    inDigest: false,
  },
  'allowed-account-ids': {
    form: listOf(ACCOUNT, 'account ids of 12 digits'),
    description: 'AWS account ids, one a line. Every other account is refused before the first write.',
    inDigest: false,
  },
  kubeconfig: {
    form: optionalForm(verbatim),
    description:
      "A kubeconfig of the host cluster to use instead of signing in to EKS with the job's AWS credentials: a path (`~` too), or its text as YAML, JSON or base64 of these. Never shown.",
    secret: true,
    inDigest: false,
  },
  'kube-context': {
    form: optionalForm(anyText),
    description: 'The context of `kubeconfig` to use.',
    inDigest: false,
  },
} satisfies Readonly<Record<string, InputDefinition>>;
