/** How soon EKS's webhook knows of an identity, and which it prefers. */
import type { V1Pod } from '@kubernetes/client-node';
import { until, waitedText } from '../frame/until.ts';
import { injectedIn } from '../scenes/readings.ts';
import { type Account, associate, podOf, type ProbeContext } from './probe-context.ts';

const BOUND_MS = 60_000;
/** What is waited where a job may not try pods: src/apply/when-known.ts. */
const BLIND_MS = 10_000;
const ROLE = 'AWS_ROLE_ARN';
const ADDRESS = 'AWS_CONTAINER_CREDENTIALS_FULL_URI';

type Env = Readonly<Record<string, string>>;

export async function seeInjection(probeContext: ProbeContext): Promise<void> {
  const { place, inside, podRole } = probeContext;
  const { facts, recorder, names } = place;
  const annotate = (account: Account) =>
    inside.kubectl([
      'annotate',
      'serviceaccount',
      account,
      `--namespace=${names.namespace}`,
      `eks.amazonaws.com/role-arn=${podRole}`,
    ]);
  await annotate('annotated');
  const annotated = await untilEnv(probeContext, 'annotated', ROLE);
  facts.see('annotation-injected', annotated.afterMs !== undefined, text(annotated));
  // Known before the association is: so it is the association that decides.
  await annotate('injected');
  await untilEnv(probeContext, 'injected', ROLE);
  await associate(probeContext, { serviceAccount: 'injected' });
  const associated = await untilEnv(probeContext, 'injected', ADDRESS);
  facts.see('association-injected', associated.afterMs !== undefined, text(associated));
  const env = Object.keys(associated.answer).toSorted((a, b) => (a < b ? -1 : 1));
  const isAlone = ADDRESS in associated.answer && !(ROLE in associated.answer);
  facts.see('association-before-annotation', isAlone, env.join(', '));
  await recorder.record('cluster/dry-run', { annotated: annotated.answer, both: associated.answer });
}

function text(waited: Parameters<typeof waitedText>[0]): string {
  const { afterMs } = waited;
  const isLate = afterMs !== undefined && afterMs > BLIND_MS;
  return `${waitedText(waited, BOUND_MS)}${isLate ? ', later than the 10 s that are waited without a dry run' : ''}`;
}

async function untilEnv(probeContext: ProbeContext, account: Account, variable: string) {
  return await until<Env>({
    boundMs: BOUND_MS,
    signal: probeContext.place.signal,
    attempt: async () => injectedIn(await dryRun(probeContext, account)).env,
    isIt: (env) => variable in env,
  });
}

async function dryRun(probeContext: ProbeContext, account: Account): Promise<V1Pod> {
  const { inside, place } = probeContext;
  const body = podOf(probeContext, account, 'tried');
  return await inside.client.core.createNamespacedPod({
    namespace: place.names.namespace,
    dryRun: 'All',
    body,
  });
}
