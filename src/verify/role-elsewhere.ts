/** Of a role in another account: it can't be read from here, but its use can be proven. */
import type { CheckFunction } from '../model/desired.ts';
import { isProven, unlessProven } from './proofs.ts';

export const judgeRoleElsewhere: CheckFunction = (host, { mechanism }, { target }, evidence) => {
  const account = target.roleAccount;
  if (!mechanism.takesRolesOfOtherAccounts) {
    const why = `${mechanism.name} takes roles of the cluster’s account only`;
    return { status: 'fail', detail: `the role is in account ${account}, and ${why}` };
  }
  const detail = `the role is in account ${account} and can't be read from here`;
  if (isProven(host, evidence)) return unlessProven({ status: 'unknown', detail }, true);
  return { status: 'unknown', detail: `${detail}: \`prove-access: true\` proves it` };
};
