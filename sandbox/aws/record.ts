/** The record of all calls, for tests and for the console. */
import type { ServiceName } from './services.ts';

/** One call that reached the stand-in, answered or refused. */
export interface RecordedCall {
  service: ServiceName;
  action: string;
  /** ARN of the caller; absent for unsigned calls and unknown access keys. */
  principalArn?: string;
  readOnly: boolean;
  /** The resource that the call was authorised for, when it came that far. */
  resource?: string;
  /** The permissions that the call needed so far as it came, for instance iam:PassRole next to the action itself. */
  asked: string[];
  /** `ok`, or the code of the error. */
  outcome: string;
  /** The request as the service understood it, with tokens blanked. */
  request: Record<string, unknown>;
  /** Milliseconds since the epoch. */
  at: number;
}

/** In the user agent of all calls that the cluster's own workloads make, so that they are told from those of the job. */
export const WORKLOAD = 'workload-of-the-cluster';

/** Whether the cluster's workloads made a call. */
export function isWorkload(userAgent: string | undefined): boolean {
  return userAgent?.includes(WORKLOAD) ?? false;
}

const readActions = /^(Get|List|Describe|Simulate|AssumeRole)/;
const secretMembers = new Set(['webidentitytoken', 'token']);

/** True for calls that change nothing in the account. Taking a session is not a write. */
export function isReadOnly(action: string): boolean {
  return readActions.test(action);
}

/** The request with every member that carries a credential replaced by its length. */
export function redact(request: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(request).map(([name, value]) =>
      secretMembers.has(name.toLowerCase()) && typeof value === 'string'
        ? [name, `[${value.length} characters]`]
        : [name, value],
    ),
  );
}

/** One line for logs: `eks:CreatePodIdentityAssociation arn:aws:eks:... ok (assumed-role/deploy/job)`. */
export function formatCall(call: RecordedCall): string {
  const who = call.principalArn?.split(':').at(-1) ?? 'unsigned';
  return `${call.service}:${call.action} ${call.resource ?? '-'} ${call.outcome} (${who})`;
}
