/** The admission policies that narrow what RBAC can't: which change of a Deployment, which pods, which tokens. */
import { POD_IDENTITY_AUDIENCE, STS_AUDIENCE } from '../../src/policy/trust-documents.ts';
import { KUBERNETES_USES, type Job } from './uses.ts';

/** The Kubernetes group that the access entry of the job's role names, and all of the files bind. */
export const GROUP = 'spaces-workload-identity';

/** What `kubectl rollout restart` writes into the pod template. */
const RESTARTED_AT = 'kubectl.kubernetes.io/restartedAt';

/** What the API server itself writes into the metadata of any object that changes. */
const SERVERS_OWN = ['generation', 'managedFields', 'resourceVersion'];

interface Validation {
  readonly expression: string;
  readonly message: string;
  readonly reason: 'Forbidden';
}

interface ResourceRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
}

interface PolicySpec {
  readonly rules: readonly ResourceRule[];
  readonly variables?: Readonly<Record<string, string>>;
  readonly validations: readonly Validation[];
}

/** Whether all that the job changes in the cluster is a restart: then a policy can hold it to that. */
export function onlyRestarts(job: Job): boolean {
  return KUBERNETES_USES.restart.includes(job) && job.endsWith('-pod-identity');
}

/**
 * The policy for jobs that restart and write nothing else, with its binding. `patch deployments` in all namespaces would
 * otherwise let the job run any image with any service account.
 */
export function restartPolicy(name: string): readonly object[] {
  return policy(name, {
    rules: [
      { apiGroups: ['apps'], resources: ['deployments', 'deployments/*'] },
      { apiGroups: [''], resources: ['pods', 'pods/*'] },
    ],
    variables: {
      isDeployment: "request.resource.resource == 'deployments'",
      isUpdate: "variables.isDeployment && request.operation == 'UPDATE' && !has(request.subResource)",
      isPod: "request.resource.resource == 'pods'",
      isTrial: "request.operation == 'CREATE' && !has(request.subResource) && request.?dryRun.orValue(false)",
      before: 'dyn(oldObject)',
      after: 'dyn(object)',
      notesBefore: 'variables.before.spec.template.metadata.?annotations.orValue({})',
      notesAfter: 'variables.after.spec.template.metadata.?annotations.orValue({})',
    },
    validations: [
      {
        expression: 'variables.isUpdate || variables.isPod',
        message: 'this group may restart Deployments, and may not make, delete or scale them',
        reason: 'Forbidden',
      },
      {
        expression: 'variables.isTrial || variables.isDeployment',
        message: 'this group may make pods in a dry run only, and may not change, delete or enter them',
        reason: 'Forbidden',
      },
      ofUpdates('its metadata', unchanged('before.metadata', 'after.metadata', SERVERS_OWN)),
      ofUpdates('its spec', unchanged('before.spec', 'after.spec', ['template'])),
      ofUpdates('its pods', unchanged('before.spec.template', 'after.spec.template', ['metadata'])),
      ofUpdates(
        'the metadata of its pods',
        unchanged('before.spec.template.metadata', 'after.spec.template.metadata', ['annotations']),
      ),
      ofUpdates('another annotation of its pods', unchanged('notesBefore', 'notesAfter', [RESTARTED_AT])),
    ],
  });
}

/**
 * The policy for `prove-access`, with its binding: tokens for AWS only. A token for the API server would let the job act as
 * the service account in the cluster, where the controller's may read Secrets and take tokens of others.
 */
export function tokenPolicy(name: string): readonly object[] {
  const audiences = `['${STS_AUDIENCE}', '${POD_IDENTITY_AUDIENCE}']`;
  return policy(name, {
    rules: [{ apiGroups: [''], resources: ['serviceaccounts/token'] }],
    validations: [
      {
        expression: `object.spec.audiences.size() > 0 && object.spec.audiences.all(audience, audience in ${audiences})`,
        message:
          'this group may take tokens for AWS only: of no other audience than STS and EKS Pod Identity',
        reason: 'Forbidden',
      },
    ],
  });
}

/** Every key but these is there before and after, with the same value. The arguments are paths below `variables`. */
function unchanged(before: string, after: string, except: readonly string[]): string {
  const [old, now] = [`variables.${before}`, `variables.${after}`];
  const free = except.map((key) => `key == '${key}'`).join(' || ');
  return [
    `  ${now}.all(key, ${free} ||`,
    `    (key in ${old} && ${now}[key] == ${old}[key])) &&`,
    `  ${old}.all(key, ${free} ||`,
    `    key in ${now})`,
  ].join('\n');
}

function ofUpdates(what: string, expression: string): Validation {
  return {
    expression: `!variables.isUpdate || (\n${expression}\n)`,
    message: `this group may change a Deployment only by its restart annotation, ${RESTARTED_AT}; this changes ${what}`,
    reason: 'Forbidden',
  };
}

/** Closed by default: an expression that can't be evaluated refuses the request. Of others than the group it asks nothing. */
function policy(name: string, { rules, variables = {}, validations }: PolicySpec): readonly object[] {
  const apiVersion = 'admissionregistration.k8s.io/v1';
  const resourceRules = rules.map(({ apiGroups, resources }) => ({
    apiGroups,
    apiVersions: ['*'],
    operations: ['*'],
    resources,
  }));
  const matchConditions = [
    { name: 'member-of-the-group', expression: `'${GROUP}' in request.userInfo.?groups.orValue([])` },
  ];
  const named = Object.entries(variables).map(([variable, expression]) => ({ name: variable, expression }));
  return [
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicy',
      metadata: { name },
      spec: {
        failurePolicy: 'Fail',
        matchConstraints: { resourceRules },
        matchConditions,
        ...(named.length > 0 && { variables: named }),
        validations,
      },
    },
    {
      apiVersion,
      kind: 'ValidatingAdmissionPolicyBinding',
      metadata: { name },
      spec: { policyName: name, validationActions: ['Deny'] },
    },
  ];
}
