/** What RBAC must grant for each method of the Kubernetes adapter: the published permission files are made from it. */
import type { KubernetesReader, KubernetesWriter } from '../../model/ports.ts';
import type { TokenSource } from '../../model/proof-ports.ts';
import type { RbacRule } from '../rbac-rule.ts';

const APPS = ['apps'];
const CORE = [''];

const AGENT_RULE: RbacRule = {
  apiGroups: APPS,
  resources: ['daemonsets'],
  verbs: ['get'],
  resourceNames: ['eks-pod-identity-agent'],
  scope: 'kube-system',
};

/** Each object that is read is a get, each kind a list; which kinds there are, every user who is signed in may ask. */
export const KUBERNETES_READS: Readonly<Record<keyof KubernetesReader, readonly RbacRule[]>> = {
  space: [
    { apiGroups: ['spaces.upbound.io'], resources: ['controlplanes'], verbs: ['list'], scope: 'cluster' },
    {
      apiGroups: ['spaces.upbound.io'],
      resources: ['sharedsecretstores'],
      verbs: ['list'],
      scope: 'cluster',
    },
    { apiGroups: CORE, resources: ['namespaces'], verbs: ['list'], scope: 'cluster' },
    {
      apiGroups: APPS,
      resources: ['deployments'],
      verbs: ['get'],
      resourceNames: ['spaces-controller'],
      scope: 'space-namespace',
    },
    AGENT_RULE,
    // Optional: without it, a Flux that leaves no label on the Deployment is not seen.
    { apiGroups: ['helm.toolkit.fluxcd.io'], resources: ['helmreleases'], verbs: ['list'], scope: 'cluster' },
  ],
  // Optional: without it, what control planes read is not seen.
  sharedSecrets: [
    {
      apiGroups: ['spaces.upbound.io'],
      resources: ['sharedexternalsecrets'],
      verbs: ['list'],
      scope: 'cluster',
    },
  ],
  workloads: [
    { apiGroups: CORE, resources: ['serviceaccounts', 'pods'], verbs: ['list'], scope: 'cluster' },
    { apiGroups: APPS, resources: ['deployments'], verbs: ['list'], scope: 'cluster' },
  ],
  serviceAccounts: [{ apiGroups: CORE, resources: ['serviceaccounts'], verbs: ['list'], scope: 'cluster' }],
  agentDaemonSet: [AGENT_RULE],
  // Optional: without it, nodes that the Pod Identity agent can't serve are not seen.
  nodes: [{ apiGroups: CORE, resources: ['nodes'], verbs: ['list'], scope: 'cluster' }],
  annotatedAccounts: [{ apiGroups: CORE, resources: ['serviceaccounts'], verbs: ['list'], scope: 'cluster' }],
  // Optional: without it, a given kubeconfig is known by its certificate authority alone.
  clusterIdentity: [
    {
      apiGroups: [],
      resources: [],
      nonResourceURLs: ['/.well-known/openid-configuration'],
      verbs: ['get'],
      scope: 'cluster',
    },
  ],
  // Optional: without it, nothing is said of the pods that are made next. An admission policy holds it to dry runs.
  forecast: [{ apiGroups: CORE, resources: ['pods'], verbs: ['create'], scope: 'cluster' }],
};

/**
 * Only for `prove-access`, and only for the workload's account and for `default`, which must be refused. The names are those
 * of the inputs' defaults. This right lets the job act as these accounts: leave it out where no proof is asked for.
 */
export const KUBERNETES_PROOFS: Readonly<Record<keyof TokenSource, readonly RbacRule[]>> = {
  withTokens: [
    {
      apiGroups: CORE,
      resources: ['serviceaccounts/token'],
      verbs: ['create'],
      resourceNames: ['default', 'external-secrets-controller'],
      scope: 'cluster',
    },
  ],
};

/** `kubectl rollout restart` and `kubectl annotate` read each object, then patch it. */
export const KUBERNETES_WRITES: Readonly<Record<keyof KubernetesWriter, readonly RbacRule[]>> = {
  restart: [{ apiGroups: APPS, resources: ['deployments'], verbs: ['get', 'patch'], scope: 'cluster' }],
  annotate: [{ apiGroups: CORE, resources: ['serviceaccounts'], verbs: ['get', 'patch'], scope: 'cluster' }],
};
