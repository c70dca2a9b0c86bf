/** What AWS shows as it was before a write of this run: such an answer is late, and nobody's change. */
import type { RunRecord } from '../model/record.ts';
import type { Association, Role, World } from '../model/world.ts';
import type {
  CreateAssociation,
  DeleteAssociation,
  PlannedAssociation,
  UpdateAssociation,
  Write,
} from '../model/write.ts';
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
      if (!isAssociationWrite(write) || !seen.has(write.namespace)) return [];
      return isBefore(write, seen.get(write.namespace)) ? write.namespace : [];
    }),
  );
}

type AssociationWrite = CreateAssociation | UpdateAssociation | DeleteAssociation;

function isAssociationWrite(write: Write): write is AssociationWrite {
  return (
    write.op === 'create-association' ||
    write.op === 'update-association' ||
    write.op === 'delete-association'
  );
}

function isBefore(write: AssociationWrite, seen: Association | undefined): boolean {
  switch (write.op) {
    case 'create-association':
      return seen === undefined;
    case 'update-association':
      return isUnchanged(write, seen);
    case 'delete-association':
      return seen?.id === write.associationId;
  }
}

function isUnchanged(write: UpdateAssociation, seen: Association | undefined): boolean {
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
