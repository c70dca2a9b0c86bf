/** Pods that read all the time, each with the session that it took when it came up, as its SDK does. */
import {
  assumeByIrsa,
  assumeByPodIdentity,
  controllerPods,
  type Session,
} from '../../../sandbox/workload.ts';
import { injectedInto } from './identity.ts';
import type { Scene } from './scene.ts';

export interface Secret {
  /** Host namespace of the control plane that has it for itself. */
  readonly owner: string;
  readonly name: string;
}

export interface Read {
  /** What was wrong at any moment: another's secret that was read, or an own one that was not. */
  readonly wrong: readonly string[];
  readonly count: number;
}

/** Whether a session reads it; any error of AWS's is a refusal. */
export async function canRead(session: Session, name: string): Promise<boolean> {
  try {
    return (await session.secret(name)) !== undefined;
  } catch {
    return false;
  }
}

/** Reads every secret as every control plane's pod, round after round, as long as something else goes on. */
export async function reading<T>(
  scene: Scene,
  secrets: readonly Secret[],
  meanwhile: () => Promise<T>,
): Promise<readonly [T, Read]> {
  const sessions = new Map<string, Session>();
  const wrong = new Set<string>();
  const state = { isOver: false, count: 0 };
  const namespaces = [...new Set(secrets.map(({ owner }) => owner))];

  async function readAs(namespace: string): Promise<void> {
    for (const pod of await controllerPods(scene, namespace)) {
      const uid = pod.metadata?.uid ?? '';
      const session = sessions.get(uid) ?? (await sessionOf(scene, namespace, injectedInto(pod).roleArn));
      if (session === undefined) continue;
      sessions.set(uid, session);
      for (const { owner, name } of secrets) {
        const isRead = await canRead(session, name);
        state.count += 1;
        if (isRead === (owner === namespace)) continue;
        // A pod that has gone meanwhile lost nothing.
        const left = await controllerPods(scene, namespace);
        if (left.some(({ metadata }) => metadata?.uid === uid))
          wrong.add(`${namespace} ${isRead ? 'read' : 'did not read'} ${name}`);
      }
    }
  }

  const rounds = (async () => {
    while (!state.isOver) for (const namespace of namespaces) await readAs(namespace);
  })();
  try {
    const result = await meanwhile();
    return [result, { wrong: [...wrong], count: state.count }];
  } finally {
    state.isOver = true;
    await rounds;
  }
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
