/** Checks `access-proof` and `access-proof-negative`: what came of assuming the role as the workload would, and as others. */
import type { CheckFunction, NamedCheck } from '../model/desired.ts';
import type { Finding } from '../model/evidence.ts';

const NOT_PROVEN: Finding = { status: 'unknown', detail: 'it was not tried' };

const checkAccess: CheckFunction = ({ namespace }, _desired, _world, { proofs }) =>
  proofs?.get(namespace)?.access ?? NOT_PROVEN;

const checkRefusals: CheckFunction = ({ namespace }, _desired, _world, { proofs }) =>
  proofs?.get(namespace)?.negative ?? NOT_PROVEN;

/** Made only when the user asks for the proof. */
export const PROOF_CHECKS: readonly NamedCheck[] = [
  ['access-proof', checkAccess],
  ['access-proof-negative', checkRefusals],
];
