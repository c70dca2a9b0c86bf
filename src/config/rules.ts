/** Rules between inputs: pure functions from what was given to what is wrong with it. They look at texts, so that they can be told together with bad forms. */
import { entries } from './forms.ts';
import type { InputName } from './schema.ts';

export interface Given {
  /** The text of every input; defaults stand where the workflow gave nothing. */
  readonly text: (name: InputName) => string;
  /** Inputs that the workflow set to something else than action.yml's default. */
  readonly set: ReadonlySet<InputName>;
  /** The event that started the workflow, e.g. `pull_request`. */
  readonly event: string;
}

type Rule = (given: Given) => readonly string[];

const ROLE_SHAPING: readonly InputName[] = [
  'role-name',
  'role-path',
  'permissions-boundary',
  'secret-prefixes',
  'parameter-prefixes',
  'kms-key-arns',
  'trust-scope',
];

const isGiven = (given: Given, name: InputName): boolean => given.text(name).trim() !== '';
/** A list of nothing but comments gives nothing. */
const hasEntries = (given: Given, name: InputName): boolean => entries(given.text(name)).length > 0;

const oneRole: Rule = (given) => {
  if (!isGiven(given, 'role-arn')) return [];
  return ROLE_SHAPING.filter((name) => given.set.has(name)).map(
    (name) =>
      `\`${name}\` can't stand beside \`role-arn\`: a role made elsewhere is only referred to. Take one of the two out.`,
  );
};

const somethingToRead: Rule = (given) => {
  const readable = hasEntries(given, 'secret-prefixes') || hasEntries(given, 'parameter-prefixes');
  if (isGiven(given, 'role-arn') || readable) return [];
  return [
    'one of `secret-prefixes` and `parameter-prefixes` is required: what may the role read? (Not needed with `role-arn`.)',
  ];
};

const roleNameFits: Rule = (given) => {
  if (isGiven(given, 'role-arn') || isGiven(given, 'role-name')) return [];
  const name = defaultRoleName(given.text('cluster-name'));
  if (name.length <= 64) return [];
  return [`\`role-name\` is needed: the default \`${name}\` has ${name.length} characters, IAM allows 64.`];
};

const oneSelection: Rule = (given) => {
  if (!hasEntries(given, 'namespaces')) return [];
  const rivals: readonly InputName[] = ['control-planes', 'control-plane-selector'];
  return rivals
    .filter((name) => isGiven(given, name))
    .map(
      (name) => `\`${name}\` can't stand beside \`namespaces\`: with those no control plane is looked up.`,
    );
};

const needs = (name: InputName, other: InputName, why: string): Rule => {
  return (given) =>
    given.set.has(name) && !isGiven(given, other) ? [`\`${name}\` needs \`${other}\`: ${why}`] : [];
};

const probesNeedProof = (name: InputName): Rule => {
  return (given) =>
    hasEntries(given, name) && given.text('prove-access').trim() === 'false'
      ? [`\`${name}\` needs \`prove-access: true\`: probes are read with the proven credentials.`]
      : [];
};

const noPinWithoutDownload = (tool: 'helm' | 'kubectl'): Rule => {
  return (given) =>
    given.text(`${tool}-version`).trim() === 'path' && isGiven(given, `${tool}-sha256`)
      ? [`\`${tool}-sha256\` can't stand beside \`${tool}-version: path\`: nothing is downloaded then.`]
      : [];
};

/** A pull request's code runs with the job's rights before anyone has reviewed it: nothing may be written then. */
const noWritesFromPullRequests: Rule = ({ text, event }) => {
  const mode = text('mode').trim();
  const fromPullRequest = event === 'pull_request' || event === 'pull_request_target';
  if (!fromPullRequest || (mode !== 'apply' && mode !== 'destroy')) return [];
  return [
    `\`mode: ${mode}\` is refused under \`${event}\`: use \`plan\` on pull requests and \`${mode}\` after the merge.`,
  ];
};

const rules: readonly Rule[] = [
  oneRole,
  somethingToRead,
  roleNameFits,
  oneSelection,
  needs('kube-context', 'kubeconfig', 'a context is chosen in a kubeconfig.'),
  needs('registry-password', 'registry-username', 'a registry login takes both.'),
  needs('registry-username', 'registry-password', 'a registry login takes both.'),
  probesNeedProof('probe-secrets'),
  probesNeedProof('probe-parameters'),
  noPinWithoutDownload('helm'),
  noPinWithoutDownload('kubectl'),
  noWritesFromPullRequests,
];

/** `<cluster-name>-shared-secrets` unless a name was given (contract). */
export function defaultRoleName(clusterName: string): string {
  return `${clusterName}-shared-secrets`;
}

/** Everything that is wrong between the inputs, in words; empty when nothing is. */
export function brokenRules(given: Given): readonly string[] {
  return rules.flatMap((rule) => rule(given));
}
