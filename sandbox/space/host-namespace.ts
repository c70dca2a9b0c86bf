/** What Spaces makes in the host namespace of a control plane. */
import { type ControlPlane, groupLabel, nameLabel, type SpaceConfig } from './types.ts';
import type { KubernetesObject, V1Deployment, V1ServiceAccount } from '@kubernetes/client-node';

const operatorVersion = 'v0.17.0-up.1';

/** Everything that Spaces keeps in the host namespace of a control plane. */
export interface HostObjects {
  readonly apply: readonly KubernetesObject[];
  /** What must not be there. */
  readonly remove: readonly KubernetesObject[];
}

interface Workload {
  readonly name: string;
  readonly serviceAccount: string;
  readonly container: string;
  readonly image: string;
  readonly replicas: number;
  readonly labels?: Readonly<Record<string, string>>;
  readonly resources?: object;
}

/** `mxp-ID-system`, or the namespace that the user chose when the alpha gate is on. */
export function hostNamespaceOf(controlPlane: ControlPlane, id: string, config: SpaceConfig): string {
  const chosen = controlPlane.spec?.hostNamespace?.name;
  return config.hostNamespace && chosen !== undefined ? chosen : `mxp-${id}-system`;
}

/** The namespace itself, with the labels that lead back to the control plane. */
export function namespaceOf(controlPlane: ControlPlane, name: string): KubernetesObject {
  const labels = {
    [nameLabel]: controlPlane.metadata?.name ?? '',
    [groupLabel]: controlPlane.metadata?.namespace ?? '',
  };
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name, labels } };
}

/** ServiceAccounts and Deployments by the config in force; those of Shared Secrets only while it is switched on. */
export function hostObjects(
  controlPlane: ControlPlane,
  namespace: string,
  config: SpaceConfig,
  pauseSharedSecrets: boolean,
): HostObjects {
  const paused = controlPlane.spec?.crossplane?.state === 'Paused';
  const { annotations, enabled } = config.sharedSecrets;
  const crossplane = [
    serviceAccount(namespace, 'crossplane', {}),
    deployment(namespace, config, {
      name: 'crossplane',
      serviceAccount: 'crossplane',
      container: 'crossplane',
      image: `${config.registry}/crossplane:v1.20.0-up.1`,
      replicas: paused ? 0 : 1,
    }),
  ];
  const sharedSecrets = [
    serviceAccount(namespace, 'external-secrets-controller', annotations),
    serviceAccount(namespace, 'external-secrets-webhook', {}),
    serviceAccount(namespace, 'external-secrets-cert-controller', {}),
    ...operatorWorkloads(config, paused && pauseSharedSecrets).map((workload) =>
      deployment(namespace, config, workload),
    ),
  ];
  return enabled
    ? { apply: [...crossplane, ...sharedSecrets], remove: [] }
    : { apply: crossplane, remove: sharedSecrets };
}

function operatorWorkloads(config: SpaceConfig, stopped: boolean): Workload[] {
  const { podLabels, resources } = config.sharedSecrets;
  const image = `${config.registry}/external-secrets:${operatorVersion}`;
  const common = { image, replicas: stopped ? 0 : 1 };
  return [
    {
      ...common,
      name: 'external-secrets',
      serviceAccount: 'external-secrets-controller',
      container: 'external-secrets',
      replicas: stopped ? 0 : config.highlyAvailable ? 2 : 1,
      labels: podLabels,
      resources,
    },
    {
      ...common,
      name: 'external-secrets-webhook',
      serviceAccount: 'external-secrets-webhook',
      container: 'webhook',
    },
    {
      ...common,
      name: 'external-secrets-cert-controller',
      serviceAccount: 'external-secrets-cert-controller',
      container: 'cert-controller',
    },
  ];
}

function serviceAccount(
  namespace: string,
  name: string,
  annotations: Readonly<Record<string, string>>,
): V1ServiceAccount {
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: { name, namespace, annotations: { ...annotations } },
  };
}

function deployment(namespace: string, { standIn }: SpaceConfig, workload: Workload): V1Deployment {
  const labels = {
    'app.kubernetes.io/name': workload.name,
    'app.kubernetes.io/instance': workload.name.startsWith('external-secrets')
      ? 'external-secrets'
      : workload.name,
  };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: workload.name, namespace, labels },
    spec: {
      replicas: workload.replicas,
      revisionHistoryLimit: 3,
      selector: { matchLabels: labels },
      template: {
        metadata: { labels: { ...workload.labels, ...labels } },
        spec: {
          serviceAccountName: workload.serviceAccount,
          containers: [
            {
              name: workload.container,
              image: standIn?.image ?? workload.image,
              ...(standIn !== undefined && { command: [...standIn.command] }),
              resources: { ...workload.resources },
            },
          ],
        },
      },
    },
  };
}
