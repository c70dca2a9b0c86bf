/** How the agent's add-on comes up. */
import { CreateAddonCommand, DeleteAddonCommand, DescribeAddonCommand } from '@aws-sdk/client-eks';
import { isRefusal, refusalOf } from '../frame/refusal.ts';
import { until, waitedText } from '../frame/until.ts';
import { AGENT } from '../make/cluster-things.ts';
import type { ProbeContext } from './probe-context.ts';

const ACTIVE_MS = 600_000;
const READY_MS = 60_000;

/** Only where the add-on is there by this run alone. */
export async function seeAgent(probeContext: ProbeContext): Promise<void> {
  const { place, ownsAgent } = probeContext;
  const { aws, clusterName, facts, signal } = place;
  const which = { clusterName, addonName: AGENT };
  if (!ownsAgent) {
    facts.miss('agent-after-active', 'the cluster had the add-on before');
    return;
  }
  await refusalOf(aws.eks.send(new DeleteAddonCommand(which)));
  await until({
    boundMs: ACTIVE_MS,
    signal,
    attempt: () => refusalOf(aws.eks.send(new DescribeAddonCommand(which))),
    isIt: (refusal) => isRefusal(refusal, 'ResourceNotFound'),
  });
  await until({
    boundMs: READY_MS,
    signal,
    attempt: () => readyPods(probeContext),
    isIt: (pods) => pods === undefined,
  });
  await aws.eks.send(new CreateAddonCommand(which));
  const active = await until({
    boundMs: ACTIVE_MS,
    signal,
    attempt: async () => (await aws.eks.send(new DescribeAddonCommand(which))).addon?.status,
    isIt: (status) => status === 'ACTIVE',
  });
  const ready = await until({
    boundMs: READY_MS,
    signal,
    attempt: () => readyPods(probeContext),
    isIt: (pods) => pods !== undefined && pods.wanted > 0 && pods.ready === pods.wanted,
  });
  const isIt = active.afterMs !== undefined && ready.afterMs !== undefined;
  const text = `active ${waitedText(active, ACTIVE_MS, active.answer)}, ready ${waitedText(ready, READY_MS)} from then`;
  facts.see('agent-after-active', isIt, text);
}

/** Undefined when there is no DaemonSet. */
async function readyPods({ inside }: ProbeContext) {
  const { items } = await inside.client.apps.listNamespacedDaemonSet({ namespace: 'kube-system' });
  const found = items.find(({ metadata }) => metadata?.name === AGENT);
  if (found === undefined) return undefined;
  return {
    wanted: found.status?.desiredNumberScheduled ?? 0,
    ready: found.status?.numberReady ?? 0,
  };
}
