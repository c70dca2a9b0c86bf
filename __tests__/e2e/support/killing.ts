/** Loses the runner in the middle of a run: at a write of its choice, to AWS or to Kubernetes. */
import { afterAll, beforeAll } from '@jest/globals';
import { type ApiFront, startApiFront } from '../../../sandbox/kubernetes/index.ts';
import { eksCluster } from './associations.ts';
import type { Inputs, Run, Scene } from './scene.ts';

/** The write, counted from 1, before or after which the runner is lost. */
export interface Moment {
  readonly nth: number;
  readonly when: 'before' | 'after';
  /** Only writes of this name are counted. */
  readonly of?: string;
}

export interface Lost {
  readonly run: Run;
  /** The write, as `iam:CreateRole` or `kube:patch deployments`; undefined when the run has ended before it came so far. */
  readonly at: string | undefined;
}

/** From now on the job reaches the cluster through a server on which its writes can be stopped. */
export function useFront(scene: Scene): { readonly front: () => ApiFront } {
  let started: ApiFront | undefined;
  beforeAll(async () => {
    started = await startApiFront(scene.world.cluster, () => {});
    eksCluster(scene).endpoint = started.endpoint;
  });
  afterAll(async () => {
    await started?.close();
  });
  return {
    front: () => {
      if (started === undefined) throw new Error('the front is not up');
      return started;
    },
  };
}

const CLAIM = 'spaces-workload-identity/upgrade';

/** So much time goes by that an upgrade which the lost runner has begun can't be at work any more. */
export async function letTimePass({ client }: Scene): Promise<void> {
  const namespace = 'upbound-system';
  const labelSelector = 'owner=helm,name=spaces,status=pending-upgrade';
  const { items } = await client.core.listNamespacedSecret({ namespace, labelSelector });
  for (const { metadata } of items) {
    const { name = '', labels = {} } = metadata ?? {};
    const [revision] = (labels[CLAIM] ?? '').split('.');
    const patch = [
      { op: 'replace', path: `/metadata/labels/${CLAIM.replace('/', '~1')}`, value: `${revision}.1` },
    ];
    await client.core.patchNamespacedSecret({ namespace, name, body: patch });
  }
}

/** A run whose runner is lost at that moment. What it has already sent goes on. */
export async function loseRunner(
  scene: Scene,
  front: ApiFront,
  inputs: Inputs,
  { nth, when, of }: Moment,
): Promise<Lost> {
  const lost = new AbortController();
  let count = 0;
  let at: string | undefined;
  const gate = async (write: string, moment: Moment['when']): Promise<void> => {
    if (lost.signal.aborted) throw new Error('the runner is lost');
    if (moment !== when || (of !== undefined && write !== of)) return;
    count += 1;
    if (count !== nth) return;
    at = write;
    lost.abort();
    await Promise.reject(new Error('the runner is lost'));
  };
  const { faults } = scene.world.aws;
  faults.gate = gate;
  front.gate = gate;
  try {
    return { run: await scene.run(inputs, { lost: lost.signal }), at };
  } finally {
    faults.gate = undefined;
    front.gate = undefined;
  }
}
