/** What IAM refuses of a policy document, whatever it says. */
import { Failure } from '../../src/model/failure.ts';
import type { PolicyDocument } from '../../src/model/policy.ts';

/** Statements are told apart by their labels (IAM user guide, `Sid`). */
export function checkLabels({ Statement }: PolicyDocument): void {
  const labels = Statement.flatMap(({ Sid }) => Sid ?? []);
  if (new Set(labels).size === labels.length) return;
  const said = 'MalformedPolicyDocument: Statement IDs (SID) in a single policy must be unique.';
  throw new Failure('internal', { tried: 'a call', said, next: 'This is a defect.' });
}
