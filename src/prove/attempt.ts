/** One try to assume the role with a token of a service account. */
import type { TakeToken, TokenAnswer } from '../model/ports.ts';
import { roleArn } from '../policy/arn.ts';
import { STS_AUDIENCE } from '../policy/trust.ts';
import { POD_IDENTITY_AUDIENCE } from '../space/pods.ts';
import type { Proving, Visit, Visitor } from './proving.ts';

export async function attemptBy(
  { read, intent, world, proof }: Proving,
  take: TakeToken,
  { namespace, serviceAccount, pod }: Visitor,
): Promise<Visit> {
  const who = { namespace, serviceAccount };
  const { aws } = read.proof;
  if (intent.identity === 'irsa') {
    const answer = await take({ ...who, audience: STS_AUDIENCE });
    if (answer.kind !== 'token') return withoutToken(answer);
    const reads = proof.secrets.length + proof.parameters.length > 0;
    return await aws.assumeWithWebIdentity(roleArn(intent, world.cluster), answer.token, reads);
  }
  const bound = pod === undefined ? {} : { pod: { name: pod.name, uid: pod.uid } };
  const answer = await take({ ...who, ...bound, audience: POD_IDENTITY_AUDIENCE });
  if (answer.kind !== 'token') return withoutToken(answer);
  return await aws.assumeForPodIdentity(world.cluster.name, answer.token);
}

function withoutToken({ kind, why }: Exclude<TokenAnswer, { readonly kind: 'token' }>): Visit {
  return { kind: kind === 'absent' ? 'nobody' : 'no-token', why };
}
