/** What IAM refuses of a policy document, whatever it says. */
import { Failure } from '../../src/model/failure.ts';
import type { PolicyDocument } from '../../src/model/policy.ts';

/** A statement needs an action, and in a policy of a role's a resource (IAM policy grammar). */
export function checkLists({ Statement }: PolicyDocument): void {
  const lists = Statement.flatMap(({ Action, Resource }) => [Action, Resource]);
  if (lists.every((list) => list === undefined || list.length > 0)) return;
  throw malformed('Policy statement must contain actions and resources.');
}

/** Statements are told apart by their labels (IAM user guide, `Sid`). */
export function checkLabels({ Statement }: PolicyDocument): void {
  const labels = Statement.flatMap(({ Sid }) => Sid ?? []);
  if (new Set(labels).size === labels.length) return;
  throw malformed('Statement IDs (SID) in a single policy must be unique.');
}

function malformed(what: string): Failure {
  const said = `MalformedPolicyDocument: ${what}`;
  return new Failure('internal', { tried: 'a call', said, next: 'This is a defect.' });
}
