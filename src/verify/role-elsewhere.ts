/** What checks say of a role in another account: it can't be read from here, but its use can be proven. */
import type { Desired } from '../model/desired.ts';
import type { Finding } from '../model/evidence.ts';
import type { World } from '../model/world.ts';
import { unlessProven } from './proofs.ts';

interface Proof {
  /** Whether a proof has passed that says what the check asks. */
  readonly isTold: boolean;
  /** The inputs that ask for it. */
  readonly by: string;
}

/** `unknown` with its reason, and no more than a warning once it is proven. */
export function judgeRoleElsewhere(
  { mechanism }: Desired,
  { target }: World,
  { isTold, by }: Proof,
): Finding {
  const account = target.roleAccount;
  if (!mechanism.takesRolesOfOtherAccounts) {
    const why = `${mechanism.name} takes roles of the cluster's account only`;
    return { status: 'fail', detail: `the role is in account ${account}, and ${why}` };
  }
  const detail = `the role is in account ${account} and can't be read from here`;
  if (isTold) return unlessProven({ status: 'unknown', detail }, true);
  return { status: 'unknown', detail: `${detail}: ${by} proves it` };
}
