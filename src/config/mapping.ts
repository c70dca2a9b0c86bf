/** Where the value of each input is used. */
import type { Config, OwnedRole, ReferencedRole } from '../model/config.ts';
import { digestInputs } from './digest-inputs.ts';
import type { Inputs } from './inputs/index.ts';
import { ownedRoleName } from './role-name.ts';
import { inputWarnings } from './warnings.ts';

function roleOf(inputs: Inputs): OwnedRole | ReferencedRole {
  const arn = inputs['role-arn'];
  if (arn !== undefined) return { kind: 'referenced', arn };
  return {
    kind: 'owned',
    name: ownedRoleName(inputs),
    path: inputs['role-path'],
    permissionsBoundary: inputs['permissions-boundary'],
    secretPrefixes: inputs['secret-prefixes'],
    parameterPrefixes: inputs['parameter-prefixes'],
    assumeRoles: inputs['assume-roles'],
    kmsKeyArns: inputs['kms-key-arns'],
    trustScope: inputs['trust-scope'],
    isolateBy: inputs['isolate-by'],
  };
}

function intentOf(inputs: Inputs): Config['intent'] {
  return {
    identity: inputs.identity,
    clusterName: inputs['cluster-name'],
    region: inputs['aws-region'],
    role: roleOf(inputs),
    targetRoleArn: inputs['target-role-arn'],
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

/** The parsed inputs as the rest of the action knows them. */
export function toConfig(inputs: Inputs, runId: string): Config {
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
    warnings: inputWarnings(inputs),
    digestInputs: digestInputs(inputs),
  };
}
