/** Of a role in another account: it can't be read from here, but its use can be proven. */
import type { CheckFunction } from '../model/desired.ts';

export const judgeRoleElsewhere: CheckFunction = (host, { mechanism }, { target }, { proofs }) => {
  const account = target.roleAccount;
  if (!mechanism.takesRolesOfOtherAccounts) {
    const why = `${mechanism.name} takes roles of the cluster’s account only`;
    return { status: 'fail', detail: `the role is in account ${account}, and ${why}` };
  }
  const detail = `the role is in account ${account} and can't be read from here`;
  if (proofs?.get(host.namespace)?.access.status === 'pass')
    return { status: 'warn', detail: `${detail}; the proof of access stands` };
  return { status: 'unknown', detail: `${detail}: \`prove-access: true\` proves it` };
};
