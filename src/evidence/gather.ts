/** What the verification asks beyond the world: side by side, and only what the mechanism has a use for. */
import type { Evidence } from '../model/evidence.ts';
import type { World } from '../model/world.ts';
import { isAnyoneJudged } from '../space/hosts.ts';
import { proveAccess } from './access-proof.ts';
import { forecastInjection } from './forecast.ts';
import type { EvidenceContext } from './context.ts';
import { settleRole } from './settled-role.ts';

export interface Gathered {
  /** The world, with the role as it was last read. */
  readonly world: World;
  readonly evidence: Evidence;
}

/** Reads all the evidence, and writes nothing. Throws only when the job is cancelled, or what it asks of Kubernetes or IAM fails. */
export async function gatherEvidence(context: EvidenceContext): Promise<Gathered> {
  const { read, desired, proof } = context;
  const [{ world, simulation }, nodes, proofs, forecasts] = await Promise.all([
    settleRole(context),
    isAnyoneJudged(context.world) && desired.mechanism.dependsOnNodes ? read.kubernetes.nodes() : undefined,
    proof.access ? proveAccess(context) : undefined,
    forecastInjection(context),
  ]);
  const evidence = {
    simulation,
    forecasts,
    ...(nodes !== undefined && { nodes }),
    ...(proofs !== undefined && { proofs, probed: proof.secrets.length + proof.parameters.length > 0 }),
  };
  return { world, evidence };
}
