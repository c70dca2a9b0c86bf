/** What the verification asks beyond the world: side by side, and only what the intent has a use for. */
import type { Intent, Proof } from '../model/config.ts';
import type { Evidence, Simulation } from '../model/evidence.ts';
import type { Readers } from '../model/ports.ts';
import type { RunRecord } from '../model/record.ts';
import type { World } from '../model/world.ts';
import { roleArn } from '../policy/arn.ts';
import { targets } from '../space/targets.ts';
import { batches, expectations } from '../verify/permission-questions.ts';
import { prove } from './prove.ts';

export interface Wish {
  readonly intent: Intent;
  readonly proof: Proof;
}

/** Nothing of it writes anything. Throws only when the job is cancelled, or what it asks of Kubernetes fails. */
export async function gather(
  read: Readers,
  { intent, proof }: Wish,
  world: World,
  { wroteToAwsAt }: Pick<RunRecord, 'wroteToAwsAt'>,
): Promise<Evidence> {
  const served = targets(world).length > 0;
  const [simulation, nodes, proofs] = await Promise.all([
    served ? simulate(read, intent, world) : NOT_ASKED,
    served && intent.identity === 'pod-identity' ? read.kubernetes.nodes() : undefined,
    proof.access ? prove({ read, intent, proof, world, wroteToAwsAt }) : undefined,
  ]);
  return {
    simulation,
    ...(nodes !== undefined && { nodes }),
    ...(proofs !== undefined && { proofs }),
  };
}

const NOT_ASKED: Simulation = { kind: 'unavailable', why: 'it was not asked' };

/** A role that isn't there, or is in another account, can't be asked about. */
async function simulate(read: Readers, intent: Intent, world: World): Promise<Simulation> {
  const { role, cluster } = world;
  if (role === undefined || role.arn !== roleArn(intent, cluster)) return NOT_ASKED;
  return await read.aws.simulate(role.arn, batches(expectations(intent, cluster, role)));
}
