/** Rules between inputs: pure functions from what was given to what is wrong with it. */
import type { InputName, Inputs } from './schema.ts';

export interface Given {
  readonly inputs: Inputs;
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

const oneRole: Rule = ({ inputs, set }) => {
  if (inputs['role-arn'] === undefined) return [];
  return ROLE_SHAPING.filter((name) => set.has(name)).map(
    (name) =>
      `\`${name}\` can't stand beside \`role-arn\`: a role made elsewhere is only referred to. Take one of the two out.`,
  );
};

const somethingToRead: Rule = ({ inputs }) => {
  const given = inputs['secret-prefixes'].length + inputs['parameter-prefixes'].length;
  if (inputs['role-arn'] !== undefined || given > 0) return [];
  return [
    'one of `secret-prefixes` and `parameter-prefixes` is required: what may the role read? (Not needed with `role-arn`.)',
  ];
};

const roleNameFits: Rule = ({ inputs }) => {
  const name = defaultRoleName(inputs);
  if (inputs['role-arn'] !== undefined || name.length <= 64) return [];
  return [`\`role-name\` is needed: the default \`${name}\` has ${name.length} characters, IAM allows 64.`];
};

const oneSelection: Rule = ({ inputs }) => {
  if (inputs.namespaces.length === 0) return [];
  const rivals: InputName[] = [];
  if (inputs['control-planes'].length > 0) rivals.push('control-planes');
  if (inputs['control-plane-selector'] !== undefined) rivals.push('control-plane-selector');
  return rivals.map(
    (name) => `\`${name}\` can't stand beside \`namespaces\`: with those no control plane is looked up.`,
  );
};

const needs = (name: InputName, other: InputName, why: string): Rule => {
  return ({ inputs, set }) =>
    set.has(name) && isMissing(inputs[other]) ? [`\`${name}\` needs \`${other}\`: ${why}`] : [];
};

const noPinWithoutDownload = (tool: 'helm' | 'kubectl'): Rule => {
  return ({ inputs }) =>
    inputs[`${tool}-version`] === 'path' && inputs[`${tool}-sha256`] !== undefined
      ? [`\`${tool}-sha256\` can't stand beside \`${tool}-version: path\`: nothing is downloaded then.`]
      : [];
};

/** A pull request's code runs with the job's rights before anyone has reviewed it: nothing may be written then. */
const noWritesFromPullRequests: Rule = ({ inputs, event }) => {
  const fromPullRequest = event === 'pull_request' || event === 'pull_request_target';
  if (!fromPullRequest || (inputs.mode !== 'apply' && inputs.mode !== 'destroy')) return [];
  return [
    `\`mode: ${inputs.mode}\` is refused under \`${event}\`: use \`plan\` on pull requests and \`${inputs.mode}\` after the merge.`,
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
  needs('probe-secrets', 'prove-access', 'probes are read with the proven credentials.'),
  needs('probe-parameters', 'prove-access', 'probes are read with the proven credentials.'),
  noPinWithoutDownload('helm'),
  noPinWithoutDownload('kubectl'),
  noWritesFromPullRequests,
];

/** `<cluster-name>-shared-secrets` unless a name was given (contract). */
export function defaultRoleName(inputs: Inputs): string {
  return inputs['role-name'] ?? `${inputs['cluster-name']}-shared-secrets`;
}

/** Everything that is wrong between the inputs, in words; empty when nothing is. */
export function brokenRules(given: Given): readonly string[] {
  return rules.flatMap((rule) => rule(given));
}

function isMissing(value: Inputs[InputName]): boolean {
  return value === undefined || value === false;
}
