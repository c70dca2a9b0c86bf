/** Reads the pods of the workload and the identity that EKS's webhook gave each when the pod was made. */
import { countOf } from '../../model/count.ts';
import type { ControllerPod } from '../../model/host.ts';
import { otherSources, unreadSources } from './other-sources.ts';
import { type Container, containerOf, type PodObject } from './pod-schema.ts';
import { VARIABLES } from './variables.ts';

/** The audience of the projected token at this path in the container. */
function audienceAt({ spec }: PodObject, { mounts }: Container, file: string): string | undefined {
  for (const { name, mountPath } of mounts) {
    const directory = mountPath.endsWith('/') ? mountPath : `${mountPath}/`;
    const volume = spec.volumes.find((each) => each.name === name);
    for (const { serviceAccountToken: token } of volume?.projected?.sources ?? []) {
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
function carriedBy(pod: PodObject, container: Container): Carried {
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

/** One audience for the tokens of all containers that carry a mechanism; where they differ, a text that equals none. */
function commonAudience(audiences: readonly (string | undefined)[]): string | undefined {
  const [first, ...others] = new Set(audiences);
  return others.length === 0 ? first : [first, ...others].map((one) => one ?? 'no audience').join(' and ');
}

/** Only containers that the Deployment itself names count: a sidecar that another webhook adds needs no identity. */
function controllerContainers({ spec }: PodObject, names: readonly string[]): readonly Container[] {
  const containers = spec.containers.map(containerOf);
  const named = containers.filter(({ name }) => names.includes(name));
  return named.length > 0 ? named : containers;
}

function distinct(names: readonly string[]): readonly string[] {
  return [...new Set(names)];
}

/** The reasons of all containers, and what is said of them. */
function waitingFor({ status }: PodObject): Pick<ControllerPod, 'waiting' | 'waitingMessage'> {
  const all = status.containerStatuses.flatMap(({ state }) => state.waiting ?? []);
  const reasons = all.map(({ reason }) => reason).filter((reason) => reason !== '');
  const messages = distinct(all.map(({ message }) => message).filter((message) => message !== ''));
  return {
    ...(reasons.length > 0 && { waiting: reasons.join(' ') }),
    ...(messages.length > 0 && { waitingMessage: messages.join('; ') }),
  };
}

/** A controller's Deployment, as far as it tells of its pods. */
export interface PodMaker {
  readonly name: string;
  /** The labels by which it knows them. */
  readonly selector: Readonly<Record<string, string>>;
}

/** Which of the Deployments of its namespace a pod belongs to, by its labels. */
export function madeBy(
  { metadata }: PodObject,
  makers: readonly PodMaker[],
): Pick<ControllerPod, 'deployment'> {
  const maker = makers.find(({ selector }) => {
    const labels = Object.entries(selector);
    return labels.length > 0 && labels.every(([key, value]) => metadata.labels[key] === value);
  });
  return maker === undefined ? {} : { deployment: maker.name };
}

/** What the containers of these names carry; all of them, where there is none of them. */
export function toRecord(pod: PodObject, names: readonly string[]): ControllerPod {
  const { metadata, spec, status } = pod;
  const containers = controllerContainers(pod, names);
  const carried = containers.map((container) => carriedBy(pod, container));
  const irsaRoleArn = commonRole(carried);
  const irsaAudience = commonAudience(
    carried.filter((each) => each.irsaRoleArn !== undefined).map((each) => each.irsaAudience),
  );
  const podIdentityAudience = commonAudience(
    carried.filter((each) => each.podIdentity).map((each) => each.podIdentityAudience),
  );
  const owner = metadata.ownerReferences.find(({ controller }) => controller);
  return {
    namespace: metadata.namespace,
    name: metadata.name,
    uid: metadata.uid,
    phase: status.phase,
    ready: status.conditions.some(({ type, status: is }) => type === 'Ready' && is === 'True'),
    deleting: metadata.deletionTimestamp !== undefined,
    createdAt: Date.parse(metadata.creationTimestamp),
    ...(irsaRoleArn !== undefined && { irsaRoleArn }),
    ...(irsaAudience !== undefined && { irsaAudience }),
    podIdentity: carried.length > 0 && carried.every((each) => each.podIdentity),
    ...(podIdentityAudience !== undefined && { podIdentityAudience }),
    ...waitingFor(pod),
    ...(spec.nodeName !== '' && { nodeName: spec.nodeName }),
    ...(owner !== undefined && { replicaSet: owner.name }),
    otherSources: distinct(containers.flatMap(otherSources)),
    unreadSources: distinct(containers.flatMap(unreadSources)),
  };
}
