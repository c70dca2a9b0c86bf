/** The role as IAM shows it, and what it simulates, once this run's own writes have arrived there. */
import { expectationsOf, simulationBatches } from '../desired/permission-expectations.ts';
import type { Finding, Simulation } from '../model/evidence.ts';
import type { Role, World } from '../model/world.ts';
import { isAnyoneJudged, NO_HOST, whyNotReady } from '../space/hosts.ts';
import { checkPermissions } from '../verify/permissions.ts';
import { checkTrust } from '../verify/trust.ts';
import { untilPropagated } from '../wait/until-propagated.ts';
import type { ProofContext } from './proof-context.ts';

export interface SettledRole {
  readonly world: World;
  readonly simulation: Simulation;
}

const NOT_ASKED: Simulation = { kind: 'unavailable', why: 'it was not asked' };

/**
 * IAM's answers may be older than what was written a moment ago. As long as they are not as they should be, and a write of this
 * run may be on its way, the role is read and simulated again; the last answers count. What this run has not written is looked
 * at once.
 */
export async function settleRole(context: ProofContext): Promise<SettledRole> {
  const { read, roleWrittenAt } = context;
  let { world } = context;
  let count = 0;
  return await untilPropagated(
    { clock: read.clock, wroteToAwsAt: roleWrittenAt },
    async () => {
      count += 1;
      if (count > 1) {
        read.log.info('IAM does not show yet what this run has written: the role is looked at again');
        world = withRole(world, await read.aws.role(world.target.roleName));
      }
      return { world, simulation: await simulate(context, world) };
    },
    (settled) => isAsWritten(context, settled),
  );
}

/** The hosts stay as they were observed: what they say of the trust is for plans, and none is made of this world. */
function withRole(world: World, role: Role | undefined): World {
  const { role: _before, ...rest } = world.iam;
  return { ...world, iam: { ...rest, ...(role !== undefined && { role }) } };
}

/** A role that isn't there, or is in another account, can't be asked about. */
async function simulate({ read, desired }: ProofContext, world: World): Promise<Simulation> {
  const { iam, target } = world;
  const { role } = iam;
  if (!isAnyoneJudged(world) || role === undefined || role.arn !== target.roleArn) return NOT_ASKED;
  return await read.aws.simulate(role.arn, simulationBatches(expectationsOf(desired, role, target)));
}

const isSound = ({ status }: Finding): boolean => status === 'pass' || status === 'warn';

function isAsWritten({ desired }: ProofContext, { world, simulation }: SettledRole): boolean {
  if (world.selected.length === 0) return isSound(checkPermissions(NO_HOST, desired, world, { simulation }));
  const hosts = world.placed.filter((host) => whyNotReady(host) === undefined);
  return hosts.every((host) =>
    [checkTrust, checkPermissions].every((judge) => isSound(judge(host, desired, world, { simulation }))),
  );
}
