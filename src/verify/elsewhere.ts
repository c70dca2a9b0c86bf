import type { Intent } from '../model/config.ts';
import type { Finding, Proofs } from '../model/evidence.ts';
import type { World } from '../model/world.ts';
import { accountOf, roleArn } from '../policy/arn.ts';

/** Of a role in another account: it can't be read from here, but its use can be proven. */
export function elsewhere(intent: Intent, world: World, proofs: Proofs | undefined): Finding {
  const account = accountOf(roleArn(intent, world.cluster));
  if (intent.identity === 'pod-identity') {
    const why = 'EKS Pod Identity takes roles of the cluster’s account only';
    return { status: 'fail', detail: `the role is in account ${account}, and ${why}` };
  }
  const detail = `the role is in account ${account} and can't be read from here`;
  if (proofs?.access.status === 'pass')
    return { status: 'warn', detail: `${detail}; the proof of access stands` };
  return { status: 'unknown', detail: `${detail}: \`prove-access: true\` proves it` };
}
