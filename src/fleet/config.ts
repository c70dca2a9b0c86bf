/** Inputs of the fleet to its configuration: all problems at once, before any call leaves the runner. */
import { partitionOf } from '../config/arns.ts';
import { entries } from '../config/forms.ts';
import { REGION, ROLE_ARN } from '../config/inputs/patterns.ts';
import { invalidInput, parseTable } from '../config/table.ts';
import type { FleetConfig } from '../model/fleet.ts';
import { FLEET_INPUT_NAMES, FLEET_INPUTS, type FleetInputName, type FleetInputs } from './inputs.ts';

type TextOf = (name: FleetInputName) => string;

/**
 * The configuration of a run; `given` is the text of each input as the runner gives it.
 * Throws `invalid-input` with every bad input's name, value and allowed forms.
 */
export function readFleetConfig(given: TextOf, runId: string): FleetConfig {
  // An expression that came out empty means what leaving the input out means.
  const text: TextOf = (name) =>
    given(name).trim() === '' ? (FLEET_INPUTS[name].default ?? '') : given(name);
  const { inputs, problems } = parseTable<FleetInputs>(FLEET_INPUTS, FLEET_INPUT_NAMES, text);
  const all = [...problems, ...oneRoleAnAccount(text), ...matchingPartitions(text)];
  if (inputs === undefined || all.length > 0) throw invalidInput(all);
  return {
    regions: inputs.regions,
    roles: inputs['roles-to-assume'],
    tags: inputs['cluster-tags'],
    globs: inputs.clusters,
    laterRole: inputs['role-name-in-account'],
    signIn: {
      sessionName: inputs['role-session-name'] ?? `spaces-workload-identity-${runId}`.slice(0, 64),
      durationSeconds: inputs['role-duration'],
      audience: inputs.audience,
    },
  };
}

/** The roles that are understood; of the others the form says enough. */
function rolesIn(text: TextOf): readonly string[] {
  return [...new Set(entries(text('roles-to-assume')))].filter((arn) => ROLE_ARN.test(arn));
}

/** The account that a role's ARN names. */
export function accountOfRole(arn: string): string {
  return arn.replace(/^arn:[^:]*:iam::(\d+):.*$/, '$1');
}

function partitionOfRole(arn: string): string {
  return arn.replace(/^arn:([^:]*):.*$/, '$1');
}

/** A region with an unknown kind of name counts as one of the partition `aws`, as in the SDKs. */
function partitionOfRegion(region: string): string {
  return partitionOf(region) ?? 'aws';
}

/** The regions that a role can look in: nothing reaches from one partition into another. */
export function regionsOfRole(regions: readonly string[], role: string | undefined): readonly string[] {
  if (role === undefined) return regions;
  return regions.filter((region) => partitionOfRegion(region) === partitionOfRole(role));
}

/** Else each of its clusters would be found twice. */
function oneRoleAnAccount(text: TextOf): readonly string[] {
  const byAccount = Map.groupBy(rolesIn(text), accountOfRole);
  return [...byAccount].flatMap(([account, arns]) =>
    arns.length < 2
      ? []
      : [
          `\`roles-to-assume\` has more than one role of account ${account}: ${arns.map((arn) => `\`${arn}\``).join(' and ')}. Each of its clusters would be found more than once: take one role an account.`,
        ],
  );
}

function matchingPartitions(text: TextOf): readonly string[] {
  const regions = entries(text('regions')).filter((region) => REGION.test(region));
  const roles = rolesIn(text);
  if (regions.length === 0) return [];
  const byPartition = Map.groupBy(regions, partitionOfRegion);
  if (entries(text('roles-to-assume')).length === 0) return onePartition(byPartition);
  const partitions = new Set(roles.map(partitionOfRole));
  const lonely = [...byPartition].filter(([partition]) => roles.length > 0 && !partitions.has(partition));
  const idle = roles.filter((arn) => !byPartition.has(partitionOfRole(arn)));
  return [
    ...lonely.map(
      ([partition, [region]]) =>
        `\`regions\` has \`${region}\` of partition \`${partition}\`, but \`roles-to-assume\` has no role of it: nothing reaches from one into the other.`,
    ),
    ...idle.map(
      (arn) =>
        `\`roles-to-assume\` has \`${arn}\`, but \`regions\` has no region of its partition \`${partitionOfRole(arn)}\`.`,
    ),
  ];
}

/** One set of credentials is of one partition. */
function onePartition(byPartition: ReadonlyMap<string, readonly string[]>): readonly string[] {
  if (byPartition.size < 2) return [];
  const regions = [...byPartition].map(([partition, [region]]) => `\`${region}\` of \`${partition}\``);
  return [
    `\`regions\` has regions of more than one partition (${regions.join(', ')}): the credentials of the job are of one. Name a role of each in \`roles-to-assume\`.`,
  ];
}
