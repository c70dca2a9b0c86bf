/** What Spaces would say of a SharedSecretStore: whether its identity can work. */
import type { KubernetesObject, V1Pod, V1ServiceAccount } from '@kubernetes/client-node';
import type { ControlPlane } from './types.ts';

interface LabelSelector {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly {
    readonly key: string;
    readonly operator: string;
    readonly values?: readonly string[];
  }[];
}

export interface SharedSecretStore extends KubernetesObject {
  readonly spec?: {
    readonly controlPlaneSelector: {
      readonly names?: readonly string[];
      readonly labelSelectors?: readonly LabelSelector[];
    };
    readonly provider: {
      readonly aws?: {
        readonly auth?: {
          readonly jwt?: { readonly serviceAccountRef?: { readonly name: string } };
          readonly secretRef?: object;
        };
      };
    };
  };
  readonly status?: {
    readonly conditions?: readonly object[];
    readonly provisioned?: readonly object[];
    readonly failed?: readonly object[];
  };
}

/** What is in a control plane's host namespace. */
export interface HostState {
  /** Pods of the secrets operator. */
  readonly pods: readonly V1Pod[];
  readonly accounts: readonly V1ServiceAccount[];
}

/** Whether a store goes into a control plane: same group, and named or labelled so. */
export function selects(store: SharedSecretStore, controlPlane: ControlPlane): boolean {
  const { metadata } = controlPlane;
  const selector = store.spec?.controlPlaneSelector;
  if (!selector || metadata?.namespace !== store.metadata?.namespace) return false;
  const labels = metadata?.labels ?? {};
  return (
    (selector.names ?? []).includes(metadata?.name ?? '') ||
    (selector.labelSelectors ?? []).some((candidate) => matches(candidate, labels))
  );
}

function matches(selector: LabelSelector, labels: Readonly<Record<string, string>>): boolean {
  const byLabels = Object.entries(selector.matchLabels ?? {}).every(([key, value]) => labels[key] === value);
  const byExpressions = (selector.matchExpressions ?? []).every(({ key, operator, values = [] }) => {
    const value = labels[key];
    if (operator === 'Exists') return value !== undefined;
    if (operator === 'DoesNotExist') return value === undefined;
    const listed = value !== undefined && values.includes(value);
    return operator === 'In' ? listed : !listed;
  });
  return byLabels && byExpressions;
}

/**
 * Why External Secrets could not get AWS credentials for this store, if so. With `auth.jwt` it reads the role from the
 * ServiceAccount; without `auth` it takes what the pod was given; static keys always work.
 */
export function judgeStore(store: SharedSecretStore, { pods, accounts }: HostState): string | undefined {
  const aws = store.spec?.provider.aws;
  if (!aws || aws.auth?.secretRef) return undefined;
  const reference = aws.auth?.jwt?.serviceAccountRef;
  if (reference) {
    const account = accounts.find(({ metadata }) => metadata?.name === reference.name);
    const role = account?.metadata?.annotations?.['eks.amazonaws.com/role-arn'];
    if (role !== undefined) return undefined;
    return `an IAM role must be associated with service account ${reference.name}`;
  }
  const running = pods.filter(({ metadata }) => metadata?.deletionTimestamp === undefined);
  if (running.length > 0 && running.every(hasIdentity)) return undefined;
  return 'unable to create session: no EC2 IMDS role found';
}

function hasIdentity(pod: V1Pod): boolean {
  const names = new Set(
    (pod.spec?.containers ?? []).flatMap(({ env }) => (env ?? []).map(({ name }) => name)),
  );
  return names.has('AWS_WEB_IDENTITY_TOKEN_FILE') || names.has('AWS_CONTAINER_CREDENTIALS_FULL_URI');
}
