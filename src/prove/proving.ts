/** What a proof works with. */
import type { Intent, Proof } from '../model/config.ts';
import type { AssumeResult, Readers } from '../model/ports.ts';
import type { ControllerPod, World } from '../model/world.ts';
import type { Propagation } from '../wait/until-propagated.ts';

export interface Proving {
  readonly read: Readers;
  readonly intent: Intent;
  readonly proof: Proof;
  readonly world: World;
  /** When this run last wrote to AWS, in milliseconds since the epoch. */
  readonly wroteToAwsAt: number | undefined;
}

/** Who wants to assume the role: whose token it is, and with Pod Identity the pod that it is bound to. */
export interface Visitor {
  readonly namespace: string;
  readonly serviceAccount: string;
  readonly pod: Pick<ControllerPod, 'name' | 'uid'> | undefined;
}

/** `nobody`: there is no such service account. */
export type Visit = AssumeResult | { readonly kind: 'nobody' | 'no-token'; readonly why: string };

export function propagation({ read, wroteToAwsAt }: Proving): Propagation {
  return { clock: read.clock, wroteToAwsAt };
}
