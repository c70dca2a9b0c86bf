/** INPUT_* → Config: all problems at once, before any call leaves the runner. */
import { Failure } from '../model/failure.ts';
import type { Config, OwnedRole, ReferencedRole } from '../model/config.ts';
import { brokenRules, defaultRoleName } from './rules.ts';
import { INPUT_NAMES, type InputName, type Inputs, schema, SECRET_INPUTS } from './schema.ts';

export interface Surroundings {
  /** The text of each input as the runner gives it; absent means empty. */
  readonly inputs: Readonly<Record<string, string>>;
  /** action.yml's default of each input, to tell what the workflow set itself. */
  readonly defaults: Readonly<Record<string, string>>;
  readonly region: string;
  readonly runId: string;
  readonly event: string;
}

/**
 * The typed configuration of a run.
 * Throws `invalid-input` with every bad input's name, value and allowed forms.
 */
export function readConfig(given: Surroundings): Config {
  const text = (name: InputName): string => textOf(given, name);
  const badForms = INPUT_NAMES.flatMap((name) => badForm(name, text(name)));
  const set = new Set(INPUT_NAMES.filter((name) => text(name) !== '' && text(name) !== given.defaults[name]));
  const problems = [...badForms, ...brokenRules({ text, set, event: given.event })];
  const parsed = schema.safeParse(Object.fromEntries(INPUT_NAMES.map((name) => [name, text(name)])));
  if (!parsed.success || problems.length > 0) throw invalid(problems);
  return toConfig(parsed.data, given.runId);
}

function textOf(given: Surroundings, name: InputName): string {
  const text = given.inputs[name] ?? '';
  if (text.trim() !== '') return text;
  // An expression that came out empty means what leaving the input out means.
  return name === 'aws-region' ? given.region : (given.defaults[name] ?? '');
}

function badForm(name: InputName, value: string): readonly string[] {
  const { error } = schema.shape[name].safeParse(value);
  if (error === undefined) return [];
  const allowed = error.issues.map((issue) => issue.message).join('; ');
  if (value === '') return [`\`${name}\` is required: ${allowed}.`];
  const oneLine = value
    .trim()
    .replaceAll(/\s*\n\s*/g, ', ')
    .slice(0, 200);
  const shown = SECRET_INPUTS.has(name) ? 'its value (not shown)' : `\`${oneLine}\``;
  return [`\`${name}\`: ${shown} is not understood; allowed: ${allowed}.`];
}

function invalid(problems: readonly string[]): Failure {
  const lines = problems.map((line) => `  - ${line}`).join('\n');
  return new Failure('invalid-input', {
    tried: 'read the inputs',
    said: `${problems.length} problem${problems.length === 1 ? '' : 's'}\n${lines}`,
    next: 'Correct the `with:` block of this step. No call has left the runner.',
  });
}

function roleOf(inputs: Inputs): OwnedRole | ReferencedRole {
  const arn = inputs['role-arn'];
  if (arn !== undefined) return { kind: 'referenced', arn };
  return {
    kind: 'owned',
    name: inputs['role-name'] ?? defaultRoleName(inputs['cluster-name']),
    path: inputs['role-path'],
    permissionsBoundary: inputs['permissions-boundary'],
    secretPrefixes: inputs['secret-prefixes'],
    parameterPrefixes: inputs['parameter-prefixes'],
    kmsKeyArns: inputs['kms-key-arns'],
    trustScope: inputs['trust-scope'],
  };
}

function intentOf(inputs: Inputs): Config['intent'] {
  return {
    identity: inputs.identity,
    clusterName: inputs['cluster-name'],
    region: inputs['aws-region'],
    role: roleOf(inputs),
    tags: inputs.tags,
    selection: {
      globs: inputs['control-planes'],
      selector: inputs['control-plane-selector'],
      namespaces: inputs.namespaces,
    },
    serviceAccount: inputs['service-account'],
    release: {
      annotate: inputs.annotate,
      name: inputs['helm-release'],
      namespace: inputs['helm-namespace'],
      chart: inputs.chart,
      chartVersion: inputs['chart-version'],
      registryUsername: inputs['registry-username'],
      registryPassword: inputs['registry-password'],
      registryPlainHttp: inputs['registry-plain-http'],
      sharedSecretsValue: inputs['shared-secrets-value'].split('.'),
      podLabels: inputs['pod-labels'],
    },
    installAgent: inputs['install-agent'],
    restart: inputs.restart,
    waitSeconds: inputs['wait-timeout'],
    prune: inputs.prune,
    adopt: inputs.adopt,
  };
}

function toolOf(inputs: Inputs, tool: 'helm' | 'kubectl'): Config['helm'] {
  const version = inputs[`${tool}-version`] ?? 'auto';
  return {
    version: /^\d/.test(version) ? `v${version}` : version,
    sha256: inputs[`${tool}-sha256`]?.toLowerCase(),
    downloadUrl: inputs[`${tool}-download-url`].replace(/\/+$/, ''),
  };
}

function toConfig(inputs: Inputs, runId: string): Config {
  const kubeconfig = inputs.kubeconfig;
  return {
    mode: inputs.mode,
    intent: intentOf(inputs),
    signIn: {
      roleToAssume: inputs['role-to-assume'],
      sessionName: inputs['role-session-name'] ?? `spaces-workload-identity-${runId}`.slice(0, 64),
      durationSeconds: inputs['role-duration'],
      audience: inputs.audience,
      allowedAccountIds: inputs['allowed-account-ids'],
    },
    access: kubeconfig === undefined ? undefined : { kubeconfig, context: inputs['kube-context'] },
    helm: toolOf(inputs, 'helm'),
    kubectl: toolOf(inputs, 'kubectl'),
    proof: {
      access: inputs['prove-access'],
      secrets: inputs['probe-secrets'],
      parameters: inputs['probe-parameters'],
    },
    reporting: {
      commentOnPr: inputs['comment-on-pr'],
      driftIssue: inputs['drift-issue'],
      failOnDrift: inputs['fail-on-drift'],
      label: inputs.label ?? inputs['cluster-name'],
      githubToken: inputs['github-token'],
    },
    expectedPlan: inputs['expected-plan'],
  };
}
