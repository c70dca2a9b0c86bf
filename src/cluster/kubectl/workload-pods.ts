/** Reads the pods of the workload and the identity that EKS's webhook gave each when the pod was made. */
import { countOf } from '../../model/count.ts';
import type { ControllerPod } from '../../model/host.ts';
import { otherSources, unreadSources } from './other-sources.ts';
import { assemblePods, podTemplate, VARIABLES, waitingIn } from './pod-rows.ts';
import type { Container, Pod } from './pod-rows.ts';

export function podsArgs(serviceAccount: string): readonly string[] {
  const selector = `--field-selector=spec.serviceAccountName=${serviceAccount}`;
  return ['get', 'pods', '--all-namespaces', selector, '--output', podTemplate()];
}

/** The audience of the projected token at this path in the container. */
function audienceAt(pod: Pod, { mounts }: Container, file: string): string | undefined {
  for (const { name, mountPath } of mounts) {
    const directory = mountPath.endsWith('/') ? mountPath : `${mountPath}/`;
    for (const { serviceAccountToken: token } of pod.volumes.get(name) ?? []) {
      if (token !== undefined && `${directory}${token.path}` === file) return token.audience;
    }
  }
  return undefined;
}

interface Carried {
  readonly irsaRoleArn?: string | undefined;
  readonly irsaAudience?: string | undefined;
  readonly podIdentity: boolean;
  readonly podIdentityAudience?: string | undefined;
}

/** Either mechanism needs both of its variables: with one alone, the SDK goes on to the next source of credentials. */
function carriedBy(pod: Pod, container: Container): Carried {
  const { variables } = container;
  const role = variables.get(VARIABLES.role);
  const webToken = variables.get(VARIABLES.webToken);
  const podToken = variables.get(VARIABLES.podToken);
  const podIdentity = podToken !== undefined && variables.has(VARIABLES.credentials);
  return {
    ...(role !== undefined &&
      webToken !== undefined && { irsaRoleArn: role, irsaAudience: audienceAt(pod, container, webToken) }),
    podIdentity,
    ...(podIdentity && { podIdentityAudience: audienceAt(pod, container, podToken) }),
  };
}

/** One ARN for the pod; where the containers differ, a text that equals no ARN and says how they do. */
function commonRole(carried: readonly Carried[]): string | undefined {
  const arns = new Set(carried.map(({ irsaRoleArn }) => irsaRoleArn));
  if (arns.size <= 1) return [...arns][0];
  const some = [...arns].filter((arn) => arn !== undefined);
  const count = carried.filter(({ irsaRoleArn }) => irsaRoleArn !== undefined).length;
  return `${some.join(' and ')} (in ${count} of ${countOf(carried.length, 'container')})`;
}

/** Only containers that the Deployment itself names count: a sidecar that another webhook adds needs no identity. */
function controllerContainers({ containers }: Pod, names: readonly string[]): readonly Container[] {
  const named = containers.filter(({ name }) => names.includes(name));
  return named.length > 0 ? named : containers;
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}

/** The reasons of all containers, and what is said of them. */
function waitingFor(pod: Pod): Pick<ControllerPod, 'waiting' | 'waitingMessage'> {
  const all = waitingIn(pod);
  const reasons = all.map(({ reason }) => reason).filter((reason) => reason !== '');
  const messages = distinct(all.map(({ message }) => message).filter((message) => message !== ''));
  return {
    ...(reasons.length > 0 && { waiting: reasons.join(' ') }),
    ...(messages.length > 0 && { waitingMessage: messages.join('; ') }),
  };
}

/** What the containers of these names carry; all of them, where there is none of them. */
export function toRecord(pod: Pod, names: readonly string[]): ControllerPod {
  const { row } = pod;
  const containers = controllerContainers(pod, names);
  const carried = containers.map((container) => carriedBy(pod, container));
  const irsaRoleArn = commonRole(carried);
  const irsaAudience = carried.map((each) => each.irsaAudience).find((audience) => audience !== undefined);
  const podIdentityAudience = carried
    .map((each) => each.podIdentityAudience)
    .find((audience) => audience !== undefined);
  return {
    namespace: row('namespace'),
    name: row('name'),
    uid: row('uid'),
    phase: row('phase'),
    ready: row('ready') === 'True',
    deleting: row('deletedAt') !== '',
    createdAt: Date.parse(row('createdAt')),
    ...(irsaRoleArn !== undefined && { irsaRoleArn }),
    ...(irsaAudience !== undefined && { irsaAudience }),
    podIdentity: carried.length > 0 && carried.every((each) => each.podIdentity),
    ...(podIdentityAudience !== undefined && { podIdentityAudience }),
    ...waitingFor(pod),
    ...(row('node') !== '' && { nodeName: row('node') }),
    ...(row('owner') !== '' && { replicaSet: row('owner') }),
    otherSources: distinct(containers.flatMap(otherSources)),
    unreadSources: distinct(containers.flatMap(unreadSources)),
  };
}

/** The pods; `containersOf` names the containers that the namespace's Deployments have in their pod template. */
export function parsePods(
  stdout: string,
  containersOf: ReadonlyMap<string, readonly string[]>,
): readonly ControllerPod[] {
  return assemblePods(stdout).map((pod) => toRecord(pod, containersOf.get(pod.row('namespace')) ?? []));
}
