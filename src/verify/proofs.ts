/** Checks `access-proof` and `access-proof-negative`: what came of assuming the role as the workload would, and as others. */
import type { CheckFunction, NamedCheck } from '../model/desired.ts';
import type { Evidence, Finding } from '../model/evidence.ts';
import type { Host } from '../model/host.ts';

const NOT_PROVEN: Finding = { status: 'unknown', detail: 'the proof of access was not tried' };

const checkAccess: CheckFunction = ({ namespace }, _desired, _world, { proofs }) =>
  proofs?.get(namespace)?.access ?? NOT_PROVEN;

const checkRefusals: CheckFunction = ({ namespace }, _desired, _world, { proofs }) =>
  proofs?.get(namespace)?.negative ?? NOT_PROVEN;

/** Made only when the user asks for the proof. */
export const PROOF_CHECKS: readonly NamedCheck[] = [
  ['access-proof', checkAccess],
  ['access-proof-negative', checkRefusals],
];

/** Whether the role was assumed as this workload, and all that was named was read. */
export function isProven({ namespace }: Pick<Host, 'namespace'>, { proofs }: Evidence): boolean {
  return proofs?.get(namespace)?.access.status === 'pass';
}

/** What policies alone could not tell, where the proof has told more: no more than a warning. */
export function unlessProven(finding: Finding, isTold: boolean): Finding {
  if (finding.status !== 'unknown' || !isTold) return finding;
  return { status: 'warn', detail: `${finding.detail}; the proof of access has passed` };
}
