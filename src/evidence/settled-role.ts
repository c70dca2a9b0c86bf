/** The role as IAM shows it, and what it simulates, once this run's own writes have arrived there. */
import { othersRefused, sampleOf } from '../desired/isolation.ts';
import { expectationsOf } from '../desired/permission-expectations.ts';
import { simulationBatches } from '../desired/simulation.ts';
import type { Finding, Simulation } from '../model/evidence.ts';
import type { World } from '../model/world.ts';
import { isAnyoneJudged, NO_HOST, whyNotReady } from '../space/hosts.ts';
import { checkPermissions } from '../verify/permissions.ts';
import { checkTrust } from '../verify/trust.ts';
import { untilPropagated } from '../wait/until-propagated.ts';
import type { EvidenceContext } from './context.ts';

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
export async function settleRole(context: EvidenceContext): Promise<SettledRole> {
  const { read, roleWrittenAt } = context;
  let { world } = context;
  let count = 0;
  return await untilPropagated(
    { clock: read.clock, wroteToAwsAt: roleWrittenAt },
    async () => {
      count += 1;
      if (count > 1) {
        read.log.info('IAM does not show yet what this run has written: the role is looked at again');
        world = await readRoleAgain(context, world);
      }
      return { world, simulation: await simulate(context, world) };
    },
    (settled) => isAsWritten(context, settled),
  );
}

/** The hosts stay as they were observed: what they say of the trust is for plans, and none is made of this world. */
async function readRoleAgain({ read }: EvidenceContext, world: World): Promise<World> {
  const { roleName, providerArn, roleElsewhere } = world.target;
  const [role, provider] = await Promise.all([
    roleElsewhere ? undefined : read.aws.role(roleName),
    // The trust rests on it, and what this run has made of it may be late too.
    providerArn === '' ? undefined : read.aws.oidcProvider(providerArn),
  ]);
  const { role: _role, provider: _provider, ...rest } = world.iam;
  const found = { ...(role !== undefined && { role }), ...(provider !== undefined && { provider }) };
  return { ...world, iam: { ...rest, ...found } };
}

/** A role that isn't there, or is in another account, can't be asked about. */
async function simulate({ read, desired }: EvidenceContext, world: World): Promise<Simulation> {
  const { iam, target } = world;
  const { role } = iam;
  if (!isAnyoneJudged(world) || role === undefined || role.arn !== target.roleArn) return NOT_ASKED;
  const sample = sampleOf(world) ?? NO_HOST;
  const expectations = [
    ...expectationsOf(desired, role, target, sample),
    ...othersRefused(desired, role, world, sample),
  ];
  return await read.aws.simulate(role.arn, simulationBatches(expectations));
}

const isSound = ({ status }: Finding): boolean => status === 'pass' || status === 'warn';

function isAsWritten({ desired }: EvidenceContext, { world, simulation }: SettledRole): boolean {
  if (world.selected.length === 0) return isSound(checkPermissions(NO_HOST, desired, world, { simulation }));
  const hosts = world.placed.filter((host) => whyNotReady(host) === undefined);
  // What was made a moment ago may not be there for the simulator.
  const isLate = simulation.kind === 'unavailable' && simulation.mayArrive === true;
  if (hosts.length > 0 && isLate) return false;
  return hosts.every((host) =>
    [checkTrust, checkPermissions].every((judge) => isSound(judge(host, desired, world, { simulation }))),
  );
}
