/** How long kubectl and helm may run, and what to do about one that runs longer. */
import type { TimeLimit } from '../tools/exec.ts';
import type { ClusterAccess } from './access/cluster-access.ts';
import type { ClusterCaller } from './explain.ts';

/**
 * A call to the API server as a whole. Its own requests end after a minute, and an API server that is out of reach is given up
 * after three minutes or so with a better message: this is for what none of these bounds, such as a plug-in that hangs.
 */
export const CALL_MS = 5 * 60_000;
/** A chart is below a megabyte. */
const CHART_MS = 5 * 60_000;

/** For a call to the cluster of kubectl or helm: a plug-in by which the kubeconfig signs in is the first to look at. */
export function clusterLimit(
  { cluster }: ClusterCaller,
  { plugin }: Pick<ClusterAccess, 'plugin'>,
  ms = CALL_MS,
): TimeLimit {
  const next = plugin
    ? `The kubeconfig signs in by \`${plugin}\`, which may wait for an input or for its network: run \`kubectl get namespaces\` with this kubeconfig on the runner.`
    : `The API server of ${cluster.name} takes too long to answer: look at the cluster and at the runner's network (proxy, firewall), then run again.`;
  return { ms, reason: 'timed-out', next };
}

/** For a call to a registry or repository of charts. */
export const CHART_LIMIT: TimeLimit = {
  ms: CHART_MS,
  reason: 'chart-unavailable',
  next: 'Check that the runner reaches the source of the chart (proxy, firewall, DNS), and that no credential helper of Docker waits for an input there.',
};
