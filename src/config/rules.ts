/** Rules between inputs: pure functions from their texts to what is wrong. They look at texts, so that broken rules can be told together with bad forms. */
import { entries } from './forms.ts';
import { type InputName, ROLE_SHAPING_INPUTS } from './inputs/index.ts';
import { defaultRoleName } from './role-name.ts';

export interface RuleContext {
  /** The text of every input; defaults stand where the workflow gave nothing. */
  readonly text: (name: InputName) => string;
  /** Inputs that the workflow set to something else than action.yml's default. */
  readonly changed: ReadonlySet<InputName>;
  /** The event that started the workflow, e.g. `pull_request`. */
  readonly event: string;
}

type Rule = (context: RuleContext) => readonly string[];

const hasText = (context: RuleContext, name: InputName): boolean => context.text(name).trim() !== '';
/** A list of nothing but comments gives nothing. */
const hasEntries = (context: RuleContext, name: InputName): boolean => entries(context.text(name)).length > 0;

const oneRole: Rule = (context) => {
  if (!hasText(context, 'role-arn')) return [];
  return ROLE_SHAPING_INPUTS.filter((name) => context.changed.has(name)).map(
    (name) =>
      `\`${name}\` can't stand beside \`role-arn\`: a role made elsewhere is only referred to. Take one of the two out.`,
  );
};

const somethingToRead: Rule = (context) => {
  const readable = hasEntries(context, 'secret-prefixes') || hasEntries(context, 'parameter-prefixes');
  if (hasText(context, 'role-arn') || readable) return [];
  return [
    'one of `secret-prefixes` and `parameter-prefixes` is required: what may the role read? (Not needed with `role-arn`.)',
  ];
};

const roleNameFits: Rule = (context) => {
  if (hasText(context, 'role-arn') || hasText(context, 'role-name')) return [];
  const name = defaultRoleName(context.text('cluster-name'));
  if (name.length <= 64) return [];
  return [`\`role-name\` is needed: the default \`${name}\` has ${name.length} characters, IAM allows 64.`];
};

const oneSelection: Rule = (context) => {
  if (!hasEntries(context, 'namespaces')) return [];
  const rivals: readonly InputName[] = ['control-planes', 'control-plane-selector'];
  return rivals
    .filter((name) => hasText(context, name))
    .map(
      (name) => `\`${name}\` can't stand beside \`namespaces\`: with those no control plane is looked up.`,
    );
};

const needs = (name: InputName, other: InputName, why: string): Rule => {
  return (context) =>
    context.changed.has(name) && !hasText(context, other) ? [`\`${name}\` needs \`${other}\`: ${why}`] : [];
};

const probesNeedProof = (name: InputName): Rule => {
  return (context) =>
    hasEntries(context, name) && context.text('prove-access').trim() === 'false'
      ? [`\`${name}\` needs \`prove-access: true\`: probes are read with the proven credentials.`]
      : [];
};

const noPinWithoutDownload = (tool: 'helm' | 'kubectl'): Rule => {
  return (context) =>
    context.text(`${tool}-version`).trim() === 'path' && hasText(context, `${tool}-sha256`)
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

/** Everything that is wrong between the inputs, in words; empty when nothing is. */
export function brokenRules(context: RuleContext): readonly string[] {
  return rules.flatMap((rule) => rule(context));
}
