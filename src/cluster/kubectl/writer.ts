/** Restarts Deployments: the only write to Kubernetes. */
import type { Restart } from '../../model/write.ts';
import type { KubernetesWriter } from '../../model/ports.ts';
import { errorKindOf, errorText } from '../stderr.ts';
import type { Kubectl } from './kubectl.ts';

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
      const { code, stdout, stderr } = await kubectl.run(args, manifest(targets));
      if (code === 0) return '';
      if (!stdout.includes(' restarted') && errorKindOf(stderr) !== 'other') {
        throw kubectl.failure(
          `restart ${targets.length === 1 ? 'a Deployment' : `${targets.length} Deployments`}`,
          stderr,
        );
      }
      return errorText(stderr);
    },
  };
}
