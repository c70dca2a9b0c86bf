/** Restarts Deployments: the only write to Kubernetes. */
import type { Restart } from '../../model/write.ts';
import type { KubernetesWriter } from '../../model/ports.ts';
import { errorKindOf, errorText } from '../stderr.ts';
import { CALL_MS } from '../time-limits.ts';
import type { Kubectl } from './kubectl.ts';

/** kubectl takes one target after the other, with two requests each. */
const EACH_MS = 1_000;

/** All targets as one list: kubectl goes on to the next when one fails. */
function manifest(targets: readonly Restart[]): string {
  const items = targets.map(({ namespace, deployment }) => ({
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { namespace, name: deployment },
  }));
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

/** Throws when nothing at all was restarted because the cluster refused the call or was out of reach. */
export function createKubernetesWriter(kubectl: Kubectl): KubernetesWriter {
  return {
    restart: async (targets) => {
      if (targets.length === 0) return '';
      const args = ['rollout', 'restart', '--filename=-'];
      const tried = `restart ${targets.length === 1 ? 'a Deployment' : `${targets.length} Deployments`}`;
      const limitMs = CALL_MS + targets.length * EACH_MS;
      const { code, stdout, stderr } = await kubectl.run(tried, args, { stdin: manifest(targets), limitMs });
      if (code === 0) return '';
      if (!stdout.includes(' restarted') && errorKindOf(stderr) !== 'other') {
        throw kubectl.failure(tried, stderr);
      }
      return errorText(stderr);
    },
  };
}
