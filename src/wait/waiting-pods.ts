/** New pods whose containers don't start: said as soon as it is seen, since some of it heals and the wait may be long. */
import type { ControllerPod } from '../model/host.ts';
import type { Log } from '../model/ports.ts';
import { isLive } from '../space/pods.ts';

/** The kubelet's reasons that are worth a look, by what they are about: some take turns (`waiting.reason` of a container's state). */
const KINDS: Readonly<Record<string, string>> = {
  ErrImagePull: 'image',
  ImagePullBackOff: 'image',
  ErrImageNeverPull: 'image',
  InvalidImageName: 'image',
  CreateContainerConfigError: 'container',
  CreateContainerError: 'container',
  RunContainerError: 'start',
  CrashLoopBackOff: 'start',
};

/** In characters; a kubelet's message may hold a whole answer of a registry. */
const LONGEST = 300;

/** Told the new pods at each look. */
export type PodWatch = (pods: readonly ControllerPod[]) => void;

/** Warns of each kind of trouble once, with the pod in which it was seen first. Nothing ends by it: a registry may be back soon. */
export function watchWaitingPods(log: Log): PodWatch {
  const said = new Set<string>();
  return (pods) => {
    for (const pod of pods.filter(isLive)) {
      const kind = kindOf(pod);
      if (kind === undefined || said.has(kind)) continue;
      said.add(kind);
      log.warning(
        `A container of pod ${pod.namespace}/${pod.name} does not start: ${wordsOf(pod)}. Waiting on, in case it comes right by itself`,
      );
    }
  };
}

function kindOf({ waiting = '' }: ControllerPod): string | undefined {
  return waiting
    .split(' ')
    .map((reason) => KINDS[reason])
    .find((kind) => kind !== undefined);
}

function wordsOf({ waiting = '', waitingMessage }: ControllerPod): string {
  if (waitingMessage === undefined) return waiting;
  const words = waitingMessage.replaceAll(/\s+/g, ' ').trim();
  return `${waiting}, ${words.length > LONGEST ? `${words.slice(0, LONGEST)}…` : words}`;
}
