/** Pods that read all the time, each with the session that it took when it came up, as its SDK does. */
import { assumeByIrsa, assumeByPodIdentity, controllerPods } from '../../../sandbox/workload.ts';
import type { Session } from '../../../sandbox/workload.ts';
import { injectedInto } from './identity.ts';
import type { Scene } from './scene.ts';

export interface Secret {
  /** Host namespace of the control plane that has it for itself. */
  readonly owner: string;
  readonly name: string;
}

export interface Reader {
  /** Ends it, and gives what was wrong at any moment: another's secret that was read, or an own one that was refused. */
  stop(): Promise<readonly string[]>;
  /** How many reads there were so far. */
  readonly reads: () => number;
}

/** Whether a session reads it; any error of AWS's is a refusal. */
export async function canRead(session: Session, name: string): Promise<boolean> {
  try {
    return (await session.secret(name)) !== undefined;
  } catch {
    return false;
  }
}

/** Reads every secret as every control plane's pod, round after round, until it is stopped. */
export function startReader(scene: Scene, secrets: readonly Secret[]): Reader {
  const sessions = new Map<string, Session>();
  const wrong = new Set<string>();
  const namespaces = [...new Set(secrets.map(({ owner }) => owner))];
  const state = { isStopped: false };
  let reads = 0;

  async function readAs(namespace: string): Promise<void> {
    for (const pod of await controllerPods(scene, namespace)) {
      const uid = pod.metadata?.uid ?? '';
      const session = sessions.get(uid) ?? (await sessionOf(scene, namespace, injectedInto(pod).roleArn));
      if (session === undefined) continue;
      sessions.set(uid, session);
      for (const { owner, name } of secrets) {
        const isRead = await canRead(session, name);
        reads += 1;
        if (isRead === (owner === namespace)) continue;
        // A pod that has gone meanwhile lost nothing.
        const left = await controllerPods(scene, namespace);
        if (left.some(({ metadata }) => metadata?.uid === uid))
          wrong.add(`${namespace} ${isRead ? 'read' : 'did not read'} ${name}`);
      }
    }
  }

  const ended = (async () => {
    while (!state.isStopped) for (const namespace of namespaces) await readAs(namespace);
  })();
  return {
    reads: () => reads,
    stop: async () => {
      state.isStopped = true;
      await ended;
      return [...wrong];
    },
  };
}

/** Undefined as long as it gets none: a pod that comes up tries again. */
async function sessionOf(
  scene: Scene,
  namespace: string,
  roleArn: string | undefined,
): Promise<Session | undefined> {
  try {
    return roleArn === undefined
      ? await assumeByPodIdentity(scene, namespace)
      : await assumeByIrsa(scene, roleArn, namespace);
  } catch {
    return undefined;
  }
}
