/** Restarts Deployments and annotates service accounts: the only writes to Kubernetes. */
import type { KubernetesWriter } from '../../model/ports.ts';
import { ROLE_ANNOTATION } from '../../space/chart.ts';
import { errorKindOf, errorText, NOT_TOLD } from '../stderr.ts';
import { CALL_MS } from '../time-limits.ts';
import type { Kubectl } from './kubectl.ts';

/** kubectl takes one target after the other, with two requests each. */
const EACH_MS = 1_000;

interface Target {
  readonly namespace: string;
  readonly name: string;
}

interface Batch {
  readonly tried: string;
  readonly args: readonly string[];
  /** What kubectl says of each target that it has changed. */
  readonly done: string;
  readonly apiVersion: string;
  readonly kind: string;
  readonly targets: readonly Target[];
}

/** All targets as one list: kubectl goes on to the next when one fails. */
function manifest({ apiVersion, kind, targets }: Batch): string {
  const items = targets.map((metadata) => ({ apiVersion, kind, metadata }));
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items });
}

/** Throws when nothing at all was changed because the cluster refused the call or was out of reach. */
async function changeAll(kubectl: Kubectl, batch: Batch): Promise<string> {
  const { tried, args, done, targets } = batch;
  if (targets.length === 0) return '';
  const limitMs = CALL_MS + targets.length * EACH_MS;
  const { code, stdout, stderr } = await kubectl.run(tried, args, { stdin: manifest(batch), limitMs });
  if (code === 0) return '';
  const kind = errorKindOf(stderr);
  if (stdout.includes(done) || kind === 'other') return errorText(stderr);
  // Each Kubernetes has Deployments and service accounts: kubectl was not told of them.
  throw kubectl.failure(tried, kind === 'unknown-resource' ? `${NOT_TOLD}: ${stderr.trim()}` : stderr);
}

function some(count: number, one: string, many: string): string {
  return count === 1 ? `a ${one}` : `${count} ${many}`;
}

/** The writes to Kubernetes, over kubectl. Only the modes `apply` and `destroy` may make one. */
export function createKubernetesWriter(kubectl: Kubectl): KubernetesWriter {
  return {
    restart: async (targets) =>
      await changeAll(kubectl, {
        tried: `restart ${some(targets.length, 'Deployment', 'Deployments')}`,
        args: ['rollout', 'restart', '--filename=-'],
        done: ' restarted',
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        targets: targets.map(({ namespace, deployment: name }) => ({ namespace, name })),
      }),
    annotate: async (targets, roleArn) =>
      await changeAll(kubectl, {
        tried: `annotate ${some(targets.length, 'service account', 'service accounts')}`,
        args: [
          'annotate',
          '--overwrite',
          '--filename=-',
          roleArn === null ? `${ROLE_ANNOTATION}-` : `${ROLE_ANNOTATION}=${roleArn}`,
        ],
        done: ' annotated',
        apiVersion: 'v1',
        kind: 'ServiceAccount',
        targets: targets.map(({ namespace, serviceAccount: name }) => ({ namespace, name })),
      }),
  };
}
