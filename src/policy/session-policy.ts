/** Session policies of associations: by a label in it this action knows one of its own. */
import type { PolicyDocument } from '../model/policy.ts';
import { isEquivalent } from './equivalence.ts';
import { evaluate, type Evaluation, type Request } from './evaluate.ts';

/** `Sid` of the first statement. */
export const SESSION_POLICY_MARK = 'SpacesWorkloadIdentity';

/** The text for EKS, without white space: it would count towards the limit on the length. */
export function sessionPolicyText(document: PolicyDocument): string {
  return JSON.stringify(document);
}

/** One of this action's; undefined for somebody else's, also one that can't be read. */
export function ownSessionPolicy(text: string): PolicyDocument | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    return isMarked(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

/** Enough of a policy to be compared: what else is in it differs then. */
function isMarked(value: unknown): value is PolicyDocument {
  if (typeof value !== 'object' || value === null || !('Statement' in value)) return false;
  const { Statement } = value;
  return Array.isArray(Statement) && Statement.every(isStatement) && Statement.some(hasMark);
}

const isStatement = (value: unknown): boolean =>
  typeof value === 'object' &&
  value !== null &&
  'Effect' in value &&
  'Action' in value &&
  'Resource' in value;

const hasMark = (value: object): boolean => 'Sid' in value && value.Sid === SESSION_POLICY_MARK;

/** Whether two say the same; undefined: there is none. */
export function sameSessionPolicy(
  first: PolicyDocument | undefined,
  second: PolicyDocument | undefined,
): boolean {
  return first === undefined || second === undefined ? first === second : isEquivalent(first, second);
}

/** The lower, the less is allowed. */
const RANK: Readonly<Record<Evaluation['decision'], number>> = {
  'explicit-deny': 0,
  'implicit-deny': 1,
  unknown: 2,
  allowed: 3,
};

/** What policies of a role say to a session that another policy narrows: both have to allow it (IAM user guide, session policies). */
export function evaluateNarrowed(
  documents: readonly PolicyDocument[],
  narrowedBy: PolicyDocument | undefined,
  request: Request,
): Evaluation {
  const byRole = evaluate(documents, request);
  if (narrowedBy === undefined) return byRole;
  const bySession = evaluate([narrowedBy], request);
  const { decision } = RANK[bySession.decision] < RANK[byRole.decision] ? bySession : byRole;
  const unknowns = [...new Set([...byRole.unknowns, ...bySession.unknowns])];
  return { decision, unknowns: decision === 'unknown' ? unknowns : [] };
}
