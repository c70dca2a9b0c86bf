/** Whether the pods themselves read what they should: the SDK in a container, on a node, with the real agent. */
import type { SceneContext } from './scene-context.ts';
import { nameOf, type Scene } from './scene.ts';

/** Reads from within a pod of each control plane. Only where pods run what is in them. */
export async function readInPods(context: SceneContext, scene: Scene): Promise<void> {
  const { place, space } = context;
  const { facts, names, recorder, ports } = place;
  if (!ports.runsContainers) {
    facts.miss('pods-read', 'no container runs in the sandbox');
    return;
  }
  const said: Record<string, string> = {};
  for (const [controlPlane, namespace] of space.hosts) {
    const own = `${names.secrets}teams/${controlPlane}/probe`;
    const isOpen = scene.isolation === 'none';
    const others = [...space.hosts.keys()].filter((key) => key !== controlPlane);
    const [other = ''] = others.map((key) => `${names.secrets}teams/${key}/probe`);
    const caller = await inPod(context, namespace, ['sts', 'get-caller-identity', '--output', 'text']);
    const mine = await inPod(context, namespace, readOf(own));
    const theirs = await inPod(context, namespace, readOf(other));
    const isRight = mine.isRead && (isOpen ? theirs.isRead : /AccessDenied/.test(theirs.said));
    const text = `${nameOf(scene)}, ${controlPlane}: own ${mine.said}, another's ${theirs.said}`;
    facts.see('pods-read', isRight, isRight ? nameOf(scene) : text);
    said[controlPlane] = `${caller.said}\n${text}`;
  }
  await recorder.record(`pods/${nameOf(scene)}`, said);
}

const readOf = (name: string): readonly string[] => [
  'secretsmanager',
  'get-secret-value',
  '--secret-id',
  name,
  '--query',
  'Name',
  '--output',
  'text',
];

async function inPod({ inside }: SceneContext, namespace: string, args: readonly string[]) {
  const where = ['exec', 'deployment/external-secrets', `--namespace=${namespace}`, '--'];
  try {
    const said = await inside.kubectl([...where, 'aws', ...args]);
    return { isRead: true, said: said.trim() };
  } catch (error) {
    return { isRead: false, said: error instanceof Error ? error.message : String(error) };
  }
}
