/** What AWS shows as it was before a write of this run: such an answer is late, and nobody's change. */
import type { RunRecord } from '../model/record.ts';
import type { Association, Role, World } from '../model/world.ts';
import type { PlannedAssociation, UpdateAssociation, Write } from '../model/write.ts';
import { isEquivalent } from '../policy/equivalence.ts';
import { sameSessionPolicy } from '../policy/session-policy.ts';
import { isAccessWrite, isTrustWrite } from './second-pass-role.ts';

type Carried = Pick<RunRecord, 'plan' | 'outcomes'>;

const writtenBy = ({ plan, outcomes }: Carried): readonly Write[] =>
  (plan?.changes ?? [])
    .filter(({ address }) => outcomes.get(address)?.wrote === true)
    .map(({ write }) => write);

/** Always false when the run has not written the role or its policies. */
export function isRoleLate({ iam: { role } }: World, carried: Carried): boolean {
  const written = writtenBy(carried);
  if (role === undefined) return written.some(({ op }) => op === 'create-role');
  return written.some((write) => isFromBefore(write, role));
}

function isFromBefore(write: Write, role: Role): boolean {
  if (isTrustWrite(write)) return isEquivalent(role.trustPolicy, write.replaces);
  if (!isAccessWrite(write)) return false;
  const actual = role.inlinePolicies[write.policyName];
  if (actual === undefined || write.replaces === null) return actual === undefined && write.replaces === null;
  return isEquivalent(actual, write.replaces);
}

/** Namespaces whose association is as it was before the run. What somebody else has made of it meanwhile is not late. */
export function lateAssociations({ hosts }: World, carried: Carried): ReadonlySet<string> {
  const seen = new Map(hosts.map(({ namespace, association }) => [namespace, association]));
  return new Set(
    writtenBy(carried).flatMap((write) => {
      switch (write.op) {
        case 'create-association':
          return seen.has(write.namespace) && seen.get(write.namespace) === undefined ? write.namespace : [];
        case 'update-association':
          return isBefore(write, seen.get(write.namespace)) ? write.namespace : [];
        case 'delete-association':
          return seen.get(write.namespace)?.id === write.associationId ? write.namespace : [];
        default:
          return [];
      }
    }),
  );
}

function isBefore(write: UpdateAssociation, seen: Association | undefined): boolean {
  if (seen?.id !== write.associationId) return false;
  const isThere = isAs(seen, write) && seen.disableSessionTags === write.disableSessionTags;
  return !isThere && isAs(seen, write.replaces);
}

function isAs(seen: Association, planned: PlannedAssociation): boolean {
  return (
    seen.roleArn === planned.roleArn &&
    seen.targetRoleArn === planned.targetRoleArn &&
    sameSessionPolicy(seen.sessionPolicy, planned.sessionPolicy) &&
    Object.entries(planned.tags).every(([key, value]) => seen.tags[key] === value)
  );
}
