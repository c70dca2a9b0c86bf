/** Rules between inputs: pure functions from their texts to what is wrong. They look at texts, so that broken rules can be told together with bad forms. */
import { isOpenHttp } from './addresses.ts';
import { foreignKeys, foreignPartitions } from './arns.ts';
import { entries } from './forms.ts';
import { IDENTITIES } from '../model/config.ts';
import { INPUT_NAMES, type InputName, INPUTS, ROLE_SHAPING_INPUTS } from './inputs/index.ts';
import { defaultRoleName } from './role-name.ts';
import { placeholdersIn } from '../policy/placeholders.ts';
import { coveredByCommon } from './prefixes.ts';
import { pullRequestOf, type Trigger } from './trigger.ts';

export interface RuleContext {
  /** The text of every input; defaults stand where the workflow gave nothing. */
  readonly text: (name: InputName) => string;
  /** Inputs that the workflow set to something else than action.yml's default. */
  readonly changed: ReadonlySet<InputName>;
  readonly trigger: Trigger;
}

type Rule = (context: RuleContext) => readonly string[];

const hasText = (context: RuleContext, name: InputName): boolean => context.text(name).trim() !== '';
/** A list of nothing but comments gives nothing. */
const hasEntries = (context: RuleContext, name: InputName): boolean => entries(context.text(name)).length > 0;

const oneRole: Rule = (context) => {
  if (!hasText(context, 'role-arn')) return [];
  const given = ROLE_SHAPING_INPUTS.filter((name) => context.changed.has(name) && hasEntries(context, name));
  return given.map(
    (name) =>
      `\`${name}\` can't stand beside \`role-arn\`: a role made elsewhere is only referred to. Take one of the two out.`,
  );
};

const somethingToRead: Rule = (context) => {
  const readable = hasEntries(context, 'secret-prefixes') || hasEntries(context, 'parameter-prefixes');
  if (hasText(context, 'role-arn') || readable) return [];
  return [
    'one of `secret-prefixes` and `parameter-prefixes` is required: what may the role read? For example `secret-prefixes: prod/`. (Not needed with `role-arn`.)',
  ];
};

/** Inputs of one identity alone. An identity that is not known is left out here: reading its form has refused it. */
const ofOneIdentity: Rule = (context) => {
  const given = IDENTITIES.filter((known) => known === context.text('identity').trim());
  return INPUT_NAMES.flatMap((name) => {
    const { only, when, otherwise } = INPUTS[name].of ?? {};
    if (only === undefined || !hasText(context, name)) return [];
    if (when !== undefined && context.text(name).trim() !== when) return [];
    return given.every((one) => one === only)
      ? []
      : [`\`${name}${when === undefined ? '' : `: ${when}`}\` needs \`identity: ${only}\`: ${otherwise}`];
  });
};

const targetIsAnother: Rule = ({ text }) => {
  const target = text('target-role-arn').trim();
  return target !== '' && target === text('role-arn').trim()
    ? ['`target-role-arn` is `role-arn` itself: a role that is to be used as it is needs no target.']
    : [];
};

/** Session policies are Pod Identity's, and need session tags off; what a target role may read, they would only narrow (EKS API reference). */
const sessionPoliciesFit: Rule = (context) => {
  if (context.text('isolate-by').trim() !== 'session-policy') return [];
  const prefixes = ['secret-prefixes', 'parameter-prefixes'] as const;
  const all = prefixes.flatMap((name) => entries(context.text(name)));
  const hasOwn = placeholdersIn(all.join('\n')).length > 0;
  const start = '`isolate-by: session-policy`';
  return [
    ...(hasOwn
      ? []
      : [
          `${start} needs a placeholder in one of the prefixes: without it every control plane reads the same.`,
        ]),
    ...(hasText(context, 'target-role-arn')
      ? [
          `${start} can't stand beside \`target-role-arn\`: pods read as that role then, and its own policy keeps them apart.`,
        ]
      : []),
  ];
};

const roleNameFits: Rule = (context) => {
  if (hasText(context, 'role-arn') || hasText(context, 'role-name')) return [];
  const name = defaultRoleName(context.text('cluster-name').trim());
  if (name.length <= 64) return [];
  return [`\`role-name\` is needed: the default \`${name}\` has ${name.length} characters, IAM allows 64.`];
};

const oneSelection: Rule = (context) => {
  if (!hasEntries(context, 'namespaces')) return [];
  const rivals: readonly InputName[] = ['control-planes', 'control-plane-selector'];
  return rivals
    .filter((name) => hasEntries(context, name))
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

/** Program and checksum come from the same place: without TLS nothing but a pin tells whether somebody changed both. */
const openMirrorNeedsPin = (tool: 'helm' | 'kubectl'): Rule => {
  return (context) => {
    const isUsed = context.text(`${tool}-version`).trim() !== 'path';
    const isPinned = hasText(context, `${tool}-sha256`);
    if (!isUsed || isPinned || !isOpenHttp(context.text(`${tool}-download-url`))) return [];
    return [
      `\`${tool}-download-url\` is an \`http://\` address: who stands between could hand out another program with a checksum that fits. Use \`https://\`, or pin the digest with \`${tool}-sha256\`.`,
    ];
  };
};

/** The upgrade runs whatever the chart holds with the job's rights, and no digest of a chart is known beforehand. */
const openChartIsSaid: Rule = (context) => {
  if (context.text('registry-plain-http').trim() === 'true' || !isOpenHttp(context.text('chart'))) return [];
  return [
    "`chart` is an `http://` address: who stands between could hand out another chart, which is installed with the job's rights. Use `https://` or `oci://`, or set `registry-plain-http: true` inside a network that you trust.",
  ];
};

/** A pull request's code runs with the job's rights before anyone has reviewed it: nothing may be written then. */
const noWritesFromPullRequests: Rule = ({ text, trigger }) => {
  const mode = text('mode').trim();
  if (mode !== 'apply' && mode !== 'destroy') return [];
  const from = pullRequestOf(trigger);
  if (from === undefined) return [];
  return [
    `\`mode: ${mode}\` is refused under ${from}: use \`mode: plan\` on pull requests and \`mode: ${mode}\` after the merge. Workflows for both: examples/reviewed/plan.yml, examples/reviewed/apply.yml.`,
  ];
};

const rules: readonly Rule[] = [
  oneRole,
  somethingToRead,
  roleNameFits,
  ofOneIdentity,
  targetIsAnother,
  sessionPoliciesFit,
  oneSelection,
  needs('kube-context', 'kubeconfig', 'a context is chosen in a kubeconfig.'),
  needs('registry-password', 'registry-username', 'a registry login takes both.'),
  needs('registry-username', 'registry-password', 'a registry login takes both.'),
  probesNeedProof('probe-secrets'),
  probesNeedProof('probe-parameters'),
  noPinWithoutDownload('helm'),
  noPinWithoutDownload('kubectl'),
  openMirrorNeedsPin('helm'),
  openMirrorNeedsPin('kubectl'),
  openChartIsSaid,
  ({ text }) => foreignPartitions(text),
  ({ text }) => foreignKeys(text),
  ({ text }) => coveredByCommon(text),
  noWritesFromPullRequests,
];

/** Everything that is wrong between the inputs, in words; empty when nothing is. */
export function brokenRules(context: RuleContext): readonly string[] {
  return rules.flatMap((rule) => rule(context));
}
