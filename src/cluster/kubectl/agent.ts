/** The DaemonSet of the EKS Pod Identity agent, which EKS's add-on, or somebody with Helm, installs. */
import type { DaemonSet } from '../../model/ports.ts';
import type { Kubectl } from './kubectl.ts';
import { objectTemplate, rows } from './rows.ts';

const AGENT = {
  name: '.metadata.name',
  desired: '.status.desiredNumberScheduled',
  ready: '.status.numberReady',
};
const AGENT_ARGS: readonly string[] = [
  'get',
  'daemonset.apps/eks-pod-identity-agent',
  '--namespace=kube-system',
  '--ignore-not-found',
  '--output',
  objectTemplate(AGENT),
];

/** Undefined when there is none. */
export async function readAgent(kubectl: Kubectl): Promise<DaemonSet | undefined> {
  const [row] = rows(await kubectl.read('look for the EKS Pod Identity agent', AGENT_ARGS), AGENT);
  return row && { desired: Number(row('desired')), ready: Number(row('ready')) };
}
