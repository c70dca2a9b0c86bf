/** The Pod Identity Agent: a DaemonSet without effect. */
import type { Aws } from '../aws/index.ts';
import type { Tool } from './tools.ts';

const name = 'eks-pod-identity-agent';
const intervalMs = 500;

const daemonSet = JSON.stringify({
  apiVersion: 'apps/v1',
  kind: 'DaemonSet',
  metadata: { name, namespace: 'kube-system', labels: { 'app.kubernetes.io/name': name } },
  spec: {
    selector: { matchLabels: { 'app.kubernetes.io/name': name } },
    template: {
      metadata: { labels: { 'app.kubernetes.io/name': name } },
      spec: {
        hostNetwork: true,
        tolerations: [{ operator: 'Exists' }],
        containers: [{ name, image: 'eks/eks-pod-identity-agent:v0.1.37' }],
      },
    },
  },
});

/** Runs the Pod Identity Agent in the cluster. */
export async function installAgent(kubectl: Tool): Promise<void> {
  await kubectl(['apply', '--filename', '-'], daemonSet);
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
      if (wanted && !running) await installAgent(kubectl);
      if (!wanted && running) await kubectl(['delete', 'daemonset', name, '--namespace=kube-system']);
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
