/** Every input of action.yml with its form: text in, typed value out. Rules between inputs are in rules.ts. */
import { z } from 'zod';
import { ANNOTATES, IDENTITIES, MODES, RESTARTS, TRUST_SCOPES } from '../model/config.ts';
import { boolean, duration, listOf, matching, oneOf, optional, pairs, text, verbatim } from './forms.ts';

const ACCOUNT = /^\d{12}$/;
const ROLE_ARN = /^arn:aws[a-z0-9-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;
const POLICY_ARN = /^arn:aws[a-z0-9-]*:iam::(\d{12}|aws):policy\/[\w+=,.@/-]+$/;
const KMS_ARN = /^arn:aws[a-z0-9-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/;
const DNS_LABEL = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/;
const DNS_NAME = /^(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/;
const SHA256 = matching(/^[0-9a-fA-F]{64}$/, '64 hexadecimal digits');
const TOOL_VERSION = matching(/^(path|v?\d+\.\d+\.\d+)$/, 'a version such as `v4.1.4`, or `path`');
const MIRROR = matching(/^https?:\/\/[^\s?#]+$/, 'an `http(s)://` URL without query');
/** Label syntax of Kubernetes: an optional DNS prefix, then a name of up to 63 characters. */
const LABEL_KEY = /^([a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?\/)?[A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?$/;
const LABEL_VALUE = /^([A-Za-z0-9]([\w.-]{0,61}[A-Za-z0-9])?)?$/;
/** What IAM and EKS both take in a tag; `aws:` and this action's own marks are not the user's to set. */
const TAG_KEY = /^(?!aws:)(?!managed-by$)(?!spaces-workload-identity:)[\p{L}\p{N}\s_.:/=+@-]{1,128}$/u;
const TAG_VALUE = /^[\p{L}\p{N}\s_.:/=+@-]{0,256}$/u;

export const schema = z.object({
  mode: oneOf(MODES),
  identity: oneOf(IDENTITIES),
  'cluster-name': matching(/^[0-9A-Za-z][\w-]{0,99}$/, 'the name of an EKS cluster'),
  'aws-region': matching(/^[a-z]{2,4}(-[a-z]+)+-\d{1,2}$/, 'a region such as `eu-central-1`'),
  'role-to-assume': optional(matching(ROLE_ARN, 'the ARN of an IAM role')),
  'role-session-name': optional(matching(/^[\w+=,.@-]{2,64}$/, '2 to 64 of letters, digits and `+=,.@_-`')),
  'role-duration': duration(900, 43_200, 'from `15m` to `12h`'),
  audience: matching(/^\S{1,255}$/, 'an audience without blanks'),
  'allowed-account-ids': listOf(ACCOUNT, 'account ids of 12 digits'),
  kubeconfig: optional(verbatim),
  'kube-context': optional(text),
  'role-name': optional(matching(/^[\w+=,.@-]{1,64}$/, '1 to 64 of letters, digits and `+=,.@_-`')),
  'role-path': matching(/^\/([!-~]{1,509}\/)?$/, 'a path that begins and ends with `/`'),
  'permissions-boundary': optional(matching(POLICY_ARN, 'the ARN of a managed policy')),
  tags: pairs(TAG_KEY, TAG_VALUE, '`key=value`, without `aws:` and this action’s own keys'),
  'role-arn': optional(matching(ROLE_ARN, 'the ARN of an IAM role')),
  'secret-prefixes': listOf(/^[\w/+=.@-]{1,512}$/, 'name prefixes without wildcards, such as `prod/`'),
  'parameter-prefixes': listOf(/^[\w/.-]{1,1011}$/, 'parameter prefixes without wildcards, such as `/prod/`'),
  'kms-key-arns': listOf(KMS_ARN, 'ARNs of KMS keys (not aliases)'),
  'trust-scope': oneOf(TRUST_SCOPES),
  'control-planes': listOf(/^[a-z0-9.*?[\]{}!-]+\/[a-z0-9.*?[\]{}!-]+$/, '`group/name` globs'),
  'control-plane-selector': optional(matching(/^[\w./=!,() -]+$/, 'a Kubernetes label selector')),
  namespaces: listOf(DNS_LABEL, 'names of namespaces'),
  'service-account': matching(DNS_NAME, 'the name of a service account'),
  annotate: oneOf(ANNOTATES),
  'helm-release': matching(/^[a-z0-9]([a-z0-9.-]{0,51}[a-z0-9])?$/, 'the name of a Helm release'),
  'helm-namespace': matching(DNS_LABEL, 'the name of a namespace'),
  chart: matching(/^[^\s-]\S*$/, 'an OCI reference, a path or a repository URL'),
  'chart-version': optional(
    matching(/^v?\d+\.\d+\.\d+([-+][\w.+-]+)?$/, 'an exact version such as `1.17.1`'),
  ),
  'registry-username': optional(text),
  'registry-password': optional(verbatim),
  'registry-plain-http': boolean,
  'shared-secrets-value': matching(/^[A-Za-z]\w*(\.[A-Za-z]\w*)*$/, 'the path of a chart value, with dots'),
  'pod-labels': pairs(LABEL_KEY, LABEL_VALUE, '`key=value` Kubernetes labels'),
  'install-agent': boolean,
  restart: oneOf(RESTARTS),
  'wait-timeout': duration(1, 21_600, 'up to `6h`'),
  prune: boolean,
  adopt: boolean,
  'prove-access': boolean,
  'probe-secrets': listOf(/^[\w/+=.@:-]{1,2048}$/, 'names or ARNs of secrets'),
  'probe-parameters': listOf(/^[\w/.:-]{1,2048}$/, 'names of parameters'),
  'expected-plan': optional(
    matching(/^sha256:[0-9a-f]{64}$/, 'a digest `sha256:…` from the output `plan-digest`'),
  ),
  'fail-on-drift': boolean,
  'comment-on-pr': boolean,
  'drift-issue': boolean,
  label: optional(matching(/^[^\r\n]{1,100}$/, 'one line of up to 100 characters')),
  'github-token': optional(matching(/^\S+$/, 'a token without blanks')),
  'helm-version': optional(TOOL_VERSION),
  'kubectl-version': optional(TOOL_VERSION),
  'helm-sha256': optional(SHA256),
  'kubectl-sha256': optional(SHA256),
  'helm-download-url': MIRROR,
  'kubectl-download-url': MIRROR,
});

export type InputName = keyof z.infer<typeof schema>;
export type Inputs = z.infer<typeof schema>;
export const INPUT_NAMES = Object.keys(schema.shape).filter(
  (name): name is InputName => name in schema.shape,
);

/** Never shown in a message, whatever is wrong with them. */
export const SECRET_INPUTS: ReadonlySet<string> = new Set([
  'kubeconfig',
  'registry-password',
  'github-token',
]);
