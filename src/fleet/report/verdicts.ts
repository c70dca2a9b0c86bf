/** What a run's files say of its cluster: as the run itself has put it down, else what follows from plan and verification. */
import { countOf } from '../../model/count.ts';
import type { Verdict } from '../../model/record.ts';
import { differencesText, isDifference, WRITING_ACTIONS } from './differences.ts';
import type { JobPlan, JobVerification } from './files.ts';
import type { JobRun } from './runs.ts';

export interface RunVerdict {
  readonly verdict: Verdict;
  readonly reason: string;
  readonly why: string;
  readonly next: string;
}

/** The run's own word where there is a result, else what follows from plan and verification. */
export function runVerdict(run: JobRun): RunVerdict {
  const { result, plan, verification } = run;
  if (result === undefined) return derived(plan, verification);
  const { verdict, failure, summaryLine = '' } = result;
  if (failure !== undefined)
    return { verdict, reason: failure.reason, why: failure.said, next: failure.next };
  const open = verification?.checks.some(isOpenCheck) === true ? [notPassed(verification)] : [];
  const isOpen = verdict === 'drifted' || verdict === 'changes';
  const named = isOpen && plan !== undefined ? [differencesText(plan)] : [];
  const seen = [withoutCluster(summaryLine), ...named, ...open].filter((part) => part !== '').join('; ');
  return { verdict, reason: '', why: verdict === 'in-sync' ? '' : seen, next: '' };
}

/** The line of counts begins with the cluster's name, which stands beside it. */
function withoutCluster(line: string): string {
  return line.slice(line.indexOf(': ') + 1).trim();
}

/** Files of a form that says less: nothing is taken for well that they do not show. */
function derived(plan: JobPlan | undefined, verification: JobVerification | undefined): RunVerdict {
  if (plan === undefined)
    return judged('unknown', 'there is a verification and no plan: nothing says how the run ended');
  const changes = plan.changes.filter(({ action }) => WRITING_ACTIONS.has(action) || action === 'wait');
  switch (plan.mode) {
    case 'plan':
      if (plan.blockers.length > 0) return judged('error', 'the plan cannot be carried out');
      return changes.length === 0
        ? judged('in-sync', '')
        : judged('changes', countOf(changes.length, 'difference'));
    case 'check':
      return checked(plan, verification);
    case 'apply':
      if (verification === undefined)
        return judged('unknown', 'no verification: nothing says how the run ended');
      return verification.verified ? judged('applied', '') : judged('error', notPassed(verification));
    case 'destroy':
      return judged('unknown', 'nothing says how the run ended');
  }
}

function checked(plan: JobPlan, verification: JobVerification | undefined): RunVerdict {
  const differences = plan.changes.filter(isDifference).length + plan.blockers.length;
  if (differences > 0) return judged('drifted', countOf(differences, 'difference'));
  if (verification === undefined) return judged('unknown', 'no verification');
  const failed = verification.checks.some(({ status }) => status === 'fail');
  if (failed) return judged('drifted', notPassed(verification));
  const isOpen = verification.checks.some(({ status }) => status === 'unknown') || !verification.verified;
  return isOpen ? judged('unknown', notPassed(verification)) : judged('in-sync', '');
}

function judged(verdict: Verdict, why: string): RunVerdict {
  return { verdict, reason: '', why, next: '' };
}

function isOpenCheck({ status }: JobVerification['checks'][number]): boolean {
  return status === 'fail' || status === 'unknown';
}

/** The checks that did not pass, each once with how often. */
function notPassed({ checks }: JobVerification): string {
  const open = checks.filter(isOpenCheck);
  const counts = [...Map.groupBy(open, ({ check, status }) => `\`${check}\` ${status}`)].map(
    ([what, list]) => `${what} (${list.length})`,
  );
  return counts.length === 0 ? 'no check passed' : `verification: ${counts.join(', ')}`;
}
