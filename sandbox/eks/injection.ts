/** What EKS puts into a pod: IRSA by annotation, Pod Identity by association. */
import type { V1Container, V1EnvVar, V1Pod, V1ServiceAccount, V1Volume } from '@kubernetes/client-node';

const prefix = 'eks.amazonaws.com';
const roleArn = /^arn:aws[a-z0-9-]*:iam::\d{12}:role\/[\w\-/.@+=,]+$/;
const minimumExpiration = 600;
const day = 86_400;

/** One operation of a JSON patch (RFC 6902). */
export interface PatchOperation {
  readonly op: 'add';
  readonly path: string;
  readonly value: unknown;
}

/** Variables, volume and mount of one mechanism. */
interface Identity {
  readonly env: readonly V1EnvVar[];
  readonly volumeName: string;
  readonly mountPath: string;
  readonly tokenPath: string;
  readonly audience: string;
  readonly expirationSeconds: number;
  readonly regionalSts: boolean;
  readonly labels: Readonly<Record<string, string>>;
}

export interface InjectionOptions {
  readonly region: string;
  /** A number in [0, 1): Pod Identity tokens get a lifetime between 22 and 24 hours. */
  readonly random: () => number;
  readonly log: (line: string) => void;
}

/** Which identity the webhook gives: the association first, and then the annotation is not looked at. */
export function identityFor(
  pod: V1Pod,
  account: V1ServiceAccount | undefined,
  associated: boolean,
  options: InjectionOptions,
): Identity | undefined {
  const annotations = account?.metadata?.annotations ?? {};
  if (associated) return podIdentity(pod, annotations, options);
  const role = annotations[`${prefix}/role-arn`];
  if (role === undefined) return undefined;
  if (!roleArn.test(role)) {
    options.log(
      `pod identity webhook: role ARN ${JSON.stringify(role)} is not well formed, pod left as it is`,
    );
    return undefined;
  }
  return irsa(pod, role, annotations);
}

function irsa(pod: V1Pod, role: string, annotations: Record<string, string>): Identity {
  const mountPath = '/var/run/secrets/eks.amazonaws.com/serviceaccount';
  return {
    env: [
      { name: 'AWS_ROLE_ARN', value: role },
      { name: 'AWS_WEB_IDENTITY_TOKEN_FILE', value: `${mountPath}/token` },
    ],
    volumeName: 'aws-iam-token',
    mountPath,
    tokenPath: 'token',
    audience: annotations[`${prefix}/audience`] ?? 'sts.amazonaws.com',
    expirationSeconds: expiration(pod, annotations) ?? day,
    regionalSts: annotations[`${prefix}/sts-regional-endpoints`] !== 'false',
    labels: {},
  };
}

function podIdentity(pod: V1Pod, annotations: Record<string, string>, options: InjectionOptions): Identity {
  const mountPath = '/var/run/secrets/pods.eks.amazonaws.com/serviceaccount';
  const tokenPath = 'eks-pod-identity-token';
  return {
    env: [
      { name: 'AWS_CONTAINER_CREDENTIALS_FULL_URI', value: 'http://169.254.170.23/v1/credentials' },
      { name: 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE', value: `${mountPath}/${tokenPath}` },
    ],
    volumeName: tokenPath,
    mountPath,
    tokenPath,
    audience: 'pods.eks.amazonaws.com',
    expirationSeconds: expiration(pod, annotations) ?? day - Math.floor(options.random() * 7_200),
    regionalSts: true,
    labels: { [`${prefix}/pod-identity`]: 'enabled' },
  };
}

/** The pod's own annotation beats its service account's; too short a life is raised to the minimum. */
function expiration(pod: V1Pod, annotations: Record<string, string>): number | undefined {
  const text =
    pod.metadata?.annotations?.[`${prefix}/token-expiration`] ?? annotations[`${prefix}/token-expiration`];
  const seconds = Number(text);
  if (text === undefined || !Number.isInteger(seconds)) return undefined;
  return Math.max(seconds, minimumExpiration);
}

/** The patch that puts an identity into every container and init container of a new pod. */
export function injectionPatch(pod: V1Pod, identity: Identity, options: InjectionOptions): PatchOperation[] {
  const skipped = new Set(
    (pod.metadata?.annotations?.[`${prefix}/skip-containers`] ?? '').split(',').map((s) => s.trim()),
  );
  const inject = (container: V1Container): V1Container =>
    skipped.has(container.name) ? container : injectContainer(container, identity, options.region);
  const patch: PatchOperation[] = [
    { op: 'add', path: '/spec/volumes', value: withVolume(pod.spec?.volumes ?? [], identity) },
    { op: 'add', path: '/spec/containers', value: (pod.spec?.containers ?? []).map(inject) },
  ];
  const initContainers = pod.spec?.initContainers ?? [];
  if (initContainers.length > 0) {
    patch.push({ op: 'add', path: '/spec/initContainers', value: initContainers.map(inject) });
  }
  if (Object.keys(identity.labels).length > 0) {
    patch.push({
      op: 'add',
      path: '/metadata/labels',
      value: { ...pod.metadata?.labels, ...identity.labels },
    });
  }
  return patch;
}

function withVolume(volumes: readonly V1Volume[], identity: Identity): V1Volume[] {
  if (volumes.some((volume) => volume.name === identity.volumeName)) return [...volumes];
  const { audience, expirationSeconds, tokenPath } = identity;
  const source = { serviceAccountToken: { audience, expirationSeconds, path: tokenPath } };
  return [{ name: identity.volumeName, projected: { sources: [source] } }, ...volumes];
}

/** Three groups of variables, each added only when none of its names is set by the pod's author. */
function injectContainer(container: V1Container, identity: Identity, region: string): V1Container {
  const present = new Set((container.env ?? []).map((variable) => variable.name));
  const groups: (readonly V1EnvVar[])[] = [
    identity.regionalSts ? [{ name: 'AWS_STS_REGIONAL_ENDPOINTS', value: 'regional' }] : [],
    [
      { name: 'AWS_DEFAULT_REGION', value: region },
      { name: 'AWS_REGION', value: region },
    ],
    identity.env,
  ];
  const added = groups.filter((group) => !group.some(({ name }) => present.has(name))).flat();
  const mounts = container.volumeMounts ?? [];
  const mounted = mounts.some((mount) => mount.name === identity.volumeName);
  const mount = { name: identity.volumeName, mountPath: identity.mountPath, readOnly: true };
  const injected = structuredClone(container);
  injected.env = [...(container.env ?? []), ...added];
  injected.volumeMounts = mounted ? mounts : [...mounts, mount];
  return injected;
}
