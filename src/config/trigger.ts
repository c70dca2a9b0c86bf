/** Whether a run has been started by a pull request, whose code may then run in its job before anyone has reviewed it. */
import { z } from 'zod';

export interface Trigger {
  /** The event that started the workflow, e.g. `pull_request`. */
  readonly event: string;
  /** The text of its payload; empty when it could not be read. */
  readonly payload: string;
  /** The ref that the workflow runs on, e.g. `refs/heads/main`; empty when it is not known. */
  readonly ref: string;
}

const payloadSchema = z.object({
  repository: z.object({ full_name: z.string() }).optional(),
  issue: z.object({ pull_request: z.unknown().optional() }).optional(),
  workflow_run: z
    .object({ event: z.string(), head_repository: z.object({ full_name: z.string() }).nullish() })
    .optional(),
});

type Payload = z.infer<typeof payloadSchema>;

/** Events of a pull request, whatever they carry. */
const OF_A_PULL_REQUEST: ReadonlySet<string> = new Set([
  'pull_request',
  'pull_request_target',
  'pull_request_review',
  'pull_request_review_comment',
]);

/**
 * What of a pull request has started the run, in words; undefined when nothing has. A merge group counts too: its commits are
 * not on the branch yet and may be thrown out again. A payload that can't be read leaves the question open, and counts.
 */
export function pullRequestOf({ event, payload, ref }: Trigger): string | undefined {
  if (OF_A_PULL_REQUEST.has(event)) return `\`${event}\``;
  if (event === 'merge_group') return '`merge_group` (what is in the queue is not on the branch yet)';
  const name = `\`${event}\``;
  if (event === 'issue_comment') return commented(name, read(payload));
  if (event === 'workflow_run') return followed(name, read(payload));
  return ref.startsWith('refs/pull/') ? `${name} on the ref of a pull request` : undefined;
}

function read(payload: string): Payload | undefined {
  try {
    return payloadSchema.parse(JSON.parse(payload));
  } catch {
    return undefined;
  }
}

/** GitHub sends the same event for issues and pull requests; only the latter have `pull_request` in the issue. */
function commented(name: string, payload: Payload | undefined): string | undefined {
  if (payload?.issue === undefined) return `${name} (its payload does not say what started it)`;
  return payload.issue.pull_request === undefined ? undefined : `${name} on a pull request`;
}

/** The run that this one follows. One that itself followed another does not tell what began it. */
function followed(name: string, payload: Payload | undefined): string | undefined {
  const run = payload?.workflow_run;
  const repository = payload?.repository?.full_name;
  if (run === undefined || repository === undefined)
    return `${name} (its payload does not say what started it)`;
  // GitHub gives no repository (`null`) for a fork that has been deleted.
  if (run.head_repository?.full_name !== repository) return `${name} of a run from a fork`;
  const untold = ['issue_comment', 'workflow_run', 'merge_group'];
  if (OF_A_PULL_REQUEST.has(run.event) || untold.includes(run.event))
    return `${name} of a run of \`${run.event.replaceAll(/\W/g, '')}\``;
  return undefined;
}
