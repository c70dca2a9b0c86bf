/** Reads what runs under one service account name, in all namespaces: three kubectl processes. */
import { z } from 'zod';
import type { AnnotatedAccount, ControllerDeployment, ServiceAccount, Workloads } from '../../model/host.ts';
import { checkedName } from '../checked-name.ts';
import type { Kubectl } from './kubectl.ts';
import { sideBySide } from './side-by-side.ts';
import { parsePods, podsArgs } from './workload-pods.ts';
import { jsonField, nonEmpty, rowTemplate, rows } from './rows.ts';
import type { Row } from './rows.ts';

export const ROLE_KEY = 'eks.amazonaws.com/role-arn';
const ROLE_PATH = `.metadata.annotations.${ROLE_KEY.replaceAll('.', String.raw`\.`)}`;
/** Names of the controller's Deployment in Upbound's guides, for namespaces where two Deployments share the account. */
const DEPLOYMENT_NAMES = ['external-secrets', 'external-secrets-controller'];

const ACCOUNT = { namespace: '.metadata.namespace', annotations: '.metadata.annotations' };
const DEPLOYMENT = {
  namespace: '.metadata.namespace',
  name: '.metadata.name',
  generation: '.metadata.generation',
  replicas: '.spec.replicas',
  paused: '.spec.paused',
  observed: '.status.observedGeneration',
  updated: '.status.updatedReplicas',
  available: '.status.availableReplicas',
  current: '.status.replicas',
  progress: '.status.conditions[?(@.type=="Progressing")].reason',
  // With the object around it: the message is free text.
  failure: '.status.conditions[?(@.type=="ReplicaFailure")]',
  podLabels: '.spec.template.metadata.labels',
  containers: '.spec.template.spec.containers[*].name',
};

const failureSchema = z.object({
  status: z.string(),
  reason: z.string().default(''),
  message: z.string().default(''),
});
const stringsSchema = z.record(z.string(), z.string());

/** A valid name also can't end a quoted text in a template. */
function checked(serviceAccount: string): string {
  return checkedName(serviceAccount, 'look for the workload', 'a service account');
}

function accountsArgs(serviceAccount: string): readonly string[] {
  const selector = `--field-selector=metadata.name=${serviceAccount}`;
  return ['get', 'serviceaccounts', '--all-namespaces', selector, '--output', rowTemplate(ACCOUNT)];
}

function toAccount(row: Row<keyof typeof ACCOUNT>): ServiceAccount {
  const roleArn = jsonField(row('annotations'), stringsSchema, {})[ROLE_KEY];
  return { namespace: row('namespace'), ...(roleArn !== undefined && { roleArn }) };
}

function deploymentsArgs(serviceAccount: string): readonly string[] {
  const filter = `?(@.spec.template.spec.serviceAccountName=="${serviceAccount}")`;
  return ['get', 'deployments.apps', '--all-namespaces', '--output', rowTemplate(DEPLOYMENT, filter)];
}

interface FoundDeployment {
  readonly deployment: ControllerDeployment;
  readonly containers: readonly string[];
}

function refusedIn(row: Row<keyof typeof DEPLOYMENT>): string | undefined {
  const none = { status: '', reason: '', message: '' };
  const { status, reason, message } = jsonField(row('failure'), failureSchema, none);
  return status === 'True' ? message || reason : undefined;
}

function toFound(row: Row<keyof typeof DEPLOYMENT>): FoundDeployment {
  const progressReason = nonEmpty(row('progress'));
  const refused = refusedIn(row);
  return {
    deployment: {
      namespace: row('namespace'),
      name: row('name'),
      replicas: Number(nonEmpty(row('replicas')) ?? 1),
      generation: Number(row('generation')),
      observedGeneration: Number(row('observed')),
      updatedReplicas: Number(row('updated')),
      availableReplicas: Number(row('available')),
      currentReplicas: Number(row('current')),
      paused: row('paused') === 'true',
      ...(progressReason !== undefined && { progressReason }),
      ...(refused !== undefined && { refused }),
      podLabels: jsonField(row('podLabels'), stringsSchema, {}),
    },
    containers: row('containers').split(' '),
  };
}

/** Where a namespace has several, the one with the controller's usual name; all of them when none has it. */
function controllers(found: readonly FoundDeployment[]): readonly FoundDeployment[] {
  const byNamespace = Map.groupBy(found, ({ deployment }) => deployment.namespace);
  return [...byNamespace.values()].flatMap((group) => {
    for (const name of DEPLOYMENT_NAMES) {
      const named = group.filter(({ deployment }) => deployment.name === name);
      if (named.length > 0) return named;
    }
    return group;
  });
}

/** The service accounts of that name alone: what a wait for an annotation needs. */
export async function readServiceAccounts(
  kubectl: Kubectl,
  serviceAccount: string,
): Promise<readonly ServiceAccount[]> {
  const args = accountsArgs(checked(serviceAccount));
  const stdout = await kubectl.read('list the service accounts', args);
  return rows(stdout, ACCOUNT).map(toAccount);
}

const ANNOTATED = { namespace: '.metadata.namespace', name: '.metadata.name', roleArn: ROLE_PATH };

/** Those of every name whose annotation names a role: others that rest on the cluster's OIDC provider. */
export async function readAnnotatedAccounts(kubectl: Kubectl): Promise<readonly AnnotatedAccount[]> {
  const template = rowTemplate(ANNOTATED, `?(@${ROLE_PATH})`);
  const args = ['get', 'serviceaccounts', '--all-namespaces', '--output', template];
  const stdout = await kubectl.read('list the service accounts that carry a role', args);
  return rows(stdout, ANNOTATED).map((row) => ({
    namespace: row('namespace'),
    name: row('name'),
    roleArn: row('roleArn'),
  }));
}

/** Service accounts, the Deployments whose pods use them, and those pods. */
export async function readWorkloads(kubectl: Kubectl, serviceAccount: string): Promise<Workloads> {
  const name = checked(serviceAccount);
  const [serviceAccounts, deployments, pods] = await sideBySide([
    readServiceAccounts(kubectl, name),
    kubectl.read('list the deployments', deploymentsArgs(name)),
    kubectl.read('list the pods', podsArgs(name)),
  ]);
  const found = controllers(rows(deployments, DEPLOYMENT).map(toFound));
  const byNamespace = Map.groupBy(found, ({ deployment }) => deployment.namespace);
  const containersOf = new Map(
    [...byNamespace].map(([namespace, group]) => [namespace, group.flatMap(({ containers }) => containers)]),
  );
  return {
    serviceAccounts,
    deployments: found.map(({ deployment }) => deployment),
    pods: parsePods(pods, containersOf),
  };
}
