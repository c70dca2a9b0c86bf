/** What must hold before the first write. */
import type { Plan } from '../model/change.ts';
import { Failure } from '../model/failure.ts';

/** Throws when the plan can't be carried out: quota, ownership, GitOps; every reason is said. */
export function refuseBlocked(plan: Plan, sofar = 'Nothing was written.'): void {
  const [first, ...others] = plan.blockers;
  if (first === undefined) return;
  throw new Failure(first.reason, {
    tried: `make a plan that can be carried out (${first.target})`,
    said: [first.message, ...others.map((other) => `${other.target}: ${other.message} (${other.next})`)].join(
      '\n  ',
    ),
    next: `${first.next} ${sofar}`,
  });
}

/** Throws `plan-changed` when a reviewed plan was named and this is another one. */
export function refuseOtherPlan(plan: Plan, expected: string | undefined): void {
  if (expected === undefined || expected === plan.digest) return;
  const now = plan.changes.map((change) => `${change.action} ${change.id}: ${change.reason}`);
  throw new Failure('plan-changed', {
    tried: `carry out the reviewed plan ${expected}`,
    said: `the plan is now ${plan.digest}:\n  ${now.length === 0 ? 'nothing to do' : now.join('\n  ')}`,
    next: 'Something has changed since the review. Review the plan again. Nothing was written.',
  });
}
