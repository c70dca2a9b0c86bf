/** What EKS Auth gives a running pod, and how soon it goes by a changed association. */
import { z } from 'zod';
import { assumeRoleForPodIdentity } from '../../sandbox/aws/eks-auth/agent-call.ts';
import { createClusterReader } from '../../sandbox/external-secrets/cluster.ts';
import { waitFor } from '../../sandbox/kubernetes/wait.ts';
import { until, waitedText } from '../frame/until.ts';
import { associate, change, podOf, type ProbeContext } from './probe-context.ts';

const answerSchema = z.object({
  assumedRoleUser: z.object({ arn: z.string() }),
  podIdentityAssociation: z.object({ associationId: z.string() }),
  /** Seconds since the epoch. */
  credentials: z.object({ expiration: z.number() }),
});
type Answer = z.infer<typeof answerSchema>;

const POD = 'probe';
const BOUND_MS = 90_000;
/** What the checks allow for: src/verify/credentials.ts. */
const SERVED_MS = 5_000;

export async function seePods(probeContext: ProbeContext): Promise<void> {
  const { place, podRole, otherPodRole } = probeContext;
  const { facts, recorder } = place;
  await startPod(probeContext);
  const { associationId = '' } = await associate(probeContext, { serviceAccount: 'served' });
  const first = await untilRole(probeContext, podRole);
  const { answer } = first;
  if (answer === undefined) throw new Error(`EKS Auth gave no credentials ${waitedText(first, BOUND_MS)}`);
  const { credentials, ...told } = answer;
  const hours = (credentials.expiration - Date.now() / 1000) / 3600;
  await recorder.record('documents/pod-identity', { ...told, hours: Math.round(hours * 10) / 10 });
  const isOwn = told.podIdentityAssociation.associationId === associationId;
  const text = `${isOwn ? 'its association' : 'another association'}, for ${hours.toFixed(1)} hours`;
  facts.see('pod-identity-answer', isOwn && hours > 5.5 && hours < 6.5, text);
  await change(probeContext, { associationId, roleArn: otherPodRole });
  const second = await untilRole(probeContext, otherPodRole);
  const isSoon = second.afterMs !== undefined && second.afterMs <= SERVED_MS;
  facts.see('association-change-served', isSoon, waitedText(second, BOUND_MS));
}

async function startPod(probeContext: ProbeContext): Promise<void> {
  const { inside, place } = probeContext;
  const { namespace } = place.names;
  await inside.client.apply([podOf(probeContext, 'served', POD)]);
  await waitFor({
    what: `pod ${namespace}/${POD} to run`,
    timeoutMs: 300_000,
    intervalMs: 500,
    check: async () =>
      (await inside.client.core.readNamespacedPod({ namespace, name: POD })).status?.phase === 'Running',
  });
}

async function untilRole(probeContext: ProbeContext, roleArn: string) {
  const name = roleArn.split('/').at(-1) ?? '';
  return await until({
    boundMs: BOUND_MS,
    pauseMs: 250,
    signal: probeContext.place.signal,
    attempt: () => ask(probeContext),
    isIt: (answer) => answer?.assumedRoleUser.arn.includes(`assumed-role/${name}/`) === true,
  });
}

/** As the agent asks for the pod; undefined when EKS Auth refuses. */
async function ask({ place, inside }: ProbeContext): Promise<Answer | undefined> {
  const { ports, names, clusterName } = place;
  const { namespace } = names;
  const { metadata } = await inside.client.core.readNamespacedPod({ namespace, name: POD });
  const token = await createClusterReader(inside.client.kubeConfig).token({
    namespace,
    serviceAccount: 'served',
    audiences: ['pods.eks.amazonaws.com'],
    pod: { name: POD, uid: metadata?.uid ?? '' },
  });
  const { region, endpoint = `https://eks-auth.${region}.api.aws` } = ports;
  const { body } = await assumeRoleForPodIdentity(
    { endpoint, region },
    await ports.credentials(),
    clusterName,
    token,
  );
  return answerSchema.safeParse(body).data;
}
