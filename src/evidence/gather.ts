/** What the verification asks beyond the world: side by side, and only what the mechanism has a use for. */
import { expectationsOf, simulationBatches } from '../desired/permission-expectations.ts';
import type { Desired } from '../model/desired.ts';
import type { Evidence, Simulation } from '../model/evidence.ts';
import type { Readers } from '../model/ports.ts';
import type { World } from '../model/world.ts';
import { proveAccess } from './access-proof.ts';
import type { ProofContext } from './proof-context.ts';

/** Nothing of it writes anything. Throws only when the job is cancelled, or what it asks of Kubernetes fails. */
export async function gatherEvidence(context: ProofContext): Promise<Evidence> {
  const { read, desired, proof, world } = context;
  const isNeeded = world.placed.length > 0;
  const [simulation, nodes, proofs] = await Promise.all([
    isNeeded ? simulate(read, desired, world) : NOT_ASKED,
    isNeeded && desired.mechanism.dependsOnNodes ? read.kubernetes.nodes() : undefined,
    proof.access ? proveAccess(context) : undefined,
  ]);
  return {
    simulation,
    ...(nodes !== undefined && { nodes }),
    ...(proofs !== undefined && { proofs }),
  };
}

const NOT_ASKED: Simulation = { kind: 'unavailable', why: 'it was not asked' };

/** A role that isn't there, or is in another account, can't be asked about. */
async function simulate(read: Readers, desired: Desired, { iam, target }: World): Promise<Simulation> {
  const { role } = iam;
  if (role === undefined || role.arn !== target.roleArn) return NOT_ASKED;
  return await read.aws.simulate(role.arn, simulationBatches(expectationsOf(desired, role, target)));
}
