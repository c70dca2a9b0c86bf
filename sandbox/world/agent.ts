/** The Pod Identity Agent: a DaemonSet without effect. */
import type { Aws } from '../aws/index.ts';
import type { Tool } from './tools.ts';

const name = 'eks-pod-identity-agent';
const intervalMs = 500;

/** kwok's own annotation: how long after its scheduling a pod is ready. */
const readyDelay = 'pod-ready.stage.kwok.x-k8s.io/delay';

const daemonSet = (startMs: number) => ({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name, namespace: 'kube-system', labels: { 'app.kubernetes.io/name': name } },
  spec: {
    selector: { matchLabels: { 'app.kubernetes.io/name': name } },
    template: {
      metadata: {
        labels: { 'app.kubernetes.io/name': name },
        annotations: { [readyDelay]: `${startMs}ms` },
      },
      spec: {
        hostNetwork: true,
        tolerations: [{ operator: 'Exists' }],
        containers: [{ name, image: 'eks/eks-pod-identity-agent:v0.1.37' }],
      },
    },
  },
});

/** Runs the Pod Identity Agent in the cluster; its pods are ready after so many milliseconds. */
export async function installAgent(kubectl: Tool, startMs = 0): Promise<void> {
  await kubectl(['apply', '--filename', '-'], JSON.stringify(daemonSet(startMs)));
}

/** Runs the agent as long as its EKS add-on exists, as EKS does. Gives the function that ends this. */
export function followAddon(
  aws: Aws,
  clusterName: string,
  kubectl: Tool,
  log: (line: string) => void,
): () => void {
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let running = false;
  const look = async (): Promise<void> => {
    const wanted = aws.eks.cluster(clusterName).addons.has(name);
    try {
      if (wanted && !running) await installAgent(kubectl, aws.settings.agentStartMs);
      if (!wanted && running)
        await kubectl(['delete', 'daemonset', name, '--namespace=kube-system', '--ignore-not-found']);
      if (wanted !== running) log(`add-on ${name}: its DaemonSet is ${wanted ? 'there' : 'gone'}`);
      running = wanted;
    } catch (error) {
      log(String(error));
    }
    if (stopped) return;
    timer = setTimeout(() => void look(), intervalMs);
    timer.unref();
  };
  void look();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}
