/** Reads what runs under one service account name, in all namespaces. */
import { z } from 'zod';
import type { AnnotatedAccount, ControllerDeployment, ServiceAccount, Workloads } from '../../model/host.ts';
import type { ClusterApi } from '../api/api.ts';
import { ROLE_ANNOTATION } from '../../space/chart.ts';
import { sideBySide } from '../../wait/side-by-side.ts';
import { checkedName } from '../checked-name.ts';
import { conditionSchema, metadataSchema, objectSchema, orElse, stringsSchema } from './metadata.ts';
import { type PodObject, podSchema } from './pod-schema.ts';
import { madeBy, type PodMaker, toRecord } from './workload-pods.ts';

/** Names of the controller's Deployment in Upbound's guides, for namespaces where two Deployments share the account. */
const DEPLOYMENT_NAMES = ['external-secrets', 'external-secrets-controller'];

const NO_STATUS = {
  observedGeneration: 0,
  updatedReplicas: 0,
  availableReplicas: 0,
  replicas: 0,
  conditions: [],
};
const deploymentSchema = z.object({
  metadata: metadataSchema.extend({ generation: z.number().default(0) }),
  spec: z.object({
    replicas: z.number().default(1),
    paused: z.boolean().default(false),
    selector: z.object({ matchLabels: stringsSchema.default({}) }).prefault({}),
    template: z.object({
      metadata: z.object({ labels: stringsSchema.default({}) }).prefault({}),
      spec: z.object({ containers: z.array(z.object({ name: z.string() })) }),
    }),
  }),
  status: orElse(
    z.object({
      observedGeneration: z.number().default(0),
      updatedReplicas: z.number().default(0),
      availableReplicas: z.number().default(0),
      replicas: z.number().default(0),
      conditions: orElse(z.array(conditionSchema), []).default([]),
    }),
    NO_STATUS,
  ).default(NO_STATUS),
});

function checked(serviceAccount: string): string {
  return checkedName(serviceAccount, 'look for the workload', 'a service account');
}

interface FoundDeployment extends PodMaker {
  readonly deployment: ControllerDeployment;
  /** The names of its containers. */
  readonly containers: readonly string[];
}

function toFound({ metadata, spec, status }: z.infer<typeof deploymentSchema>): FoundDeployment {
  const conditionOf = (type: string) => status.conditions.find((condition) => condition.type === type);
  const progressReason = conditionOf('Progressing')?.reason || undefined;
  const failure = conditionOf('ReplicaFailure');
  const refused = failure?.status === 'True' ? failure.message || failure.reason : undefined;
  return {
    deployment: {
      namespace: metadata.namespace,
      name: metadata.name,
      replicas: spec.replicas,
      generation: metadata.generation,
      observedGeneration: status.observedGeneration,
      updatedReplicas: status.updatedReplicas,
      availableReplicas: status.availableReplicas,
      currentReplicas: status.replicas,
      paused: spec.paused,
      ...(progressReason !== undefined && { progressReason }),
      ...(refused !== undefined && { refused }),
      podLabels: spec.template.metadata.labels,
    },
    name: metadata.name,
    selector: spec.selector.matchLabels,
    containers: spec.template.spec.containers.map(({ name }) => name),
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

const ACCOUNTS = { path: '/api/v1/serviceaccounts', schema: objectSchema, metadataOnly: true };

/** The service accounts of that name alone: what a wait for an annotation needs. */
export async function readServiceAccounts(
  api: ClusterApi,
  serviceAccount: string,
): Promise<readonly ServiceAccount[]> {
  const fieldSelector = `metadata.name=${checked(serviceAccount)}`;
  const found = await api.list({ tried: 'list the service accounts', ...ACCOUNTS, fieldSelector });
  return found.map(({ metadata: { namespace, annotations } }) => {
    const roleArn = annotations[ROLE_ANNOTATION];
    return { namespace, ...(roleArn !== undefined && { roleArn }) };
  });
}

/** Those of every name whose annotation names a role: others that rest on the cluster's OIDC provider. */
export async function readAnnotatedAccounts(api: ClusterApi): Promise<readonly AnnotatedAccount[]> {
  const only = z.object({
    metadata: z.object({ annotations: z.object({ [ROLE_ANNOTATION]: z.string() }) }),
  });
  const tried = 'list the service accounts that carry a role';
  const found = await api.list({ tried, ...ACCOUNTS, only });
  return found.map(({ metadata: { namespace, name, annotations } }) => ({
    namespace,
    name,
    roleArn: annotations[ROLE_ANNOTATION] ?? '',
  }));
}

async function readDeployments(
  api: ClusterApi,
  serviceAccountName: string,
): Promise<readonly FoundDeployment[]> {
  const usesAccount = z.object({ serviceAccountName: z.literal(serviceAccountName) });
  const only = z.object({ spec: z.object({ template: z.object({ spec: usesAccount }) }) });
  const request = { tried: 'list the deployments', path: '/apis/apps/v1/deployments' };
  return controllers((await api.list({ ...request, schema: deploymentSchema, only })).map(toFound));
}

async function readPods(api: ClusterApi, serviceAccount: string): Promise<readonly PodObject[]> {
  const fieldSelector = `spec.serviceAccountName=${serviceAccount}`;
  return await api.list({ tried: 'list the pods', path: '/api/v1/pods', fieldSelector, schema: podSchema });
}

/** Service accounts, the Deployments whose pods use them, and those pods. */
export async function readWorkloads(api: ClusterApi, serviceAccount: string): Promise<Workloads> {
  const name = checked(serviceAccount);
  const [serviceAccounts, found, pods] = await sideBySide([
    readServiceAccounts(api, name),
    readDeployments(api, name),
    readPods(api, name),
  ]);
  const byNamespace = Map.groupBy(found, ({ deployment }) => deployment.namespace);
  return {
    serviceAccounts,
    deployments: found.map(({ deployment }) => deployment),
    pods: pods.map((pod) => {
      const makers = byNamespace.get(pod.metadata.namespace) ?? [];
      const names = makers.flatMap(({ containers }) => containers);
      return { ...toRecord(pod, names), ...madeBy(pod, makers) };
    }),
  };
}
