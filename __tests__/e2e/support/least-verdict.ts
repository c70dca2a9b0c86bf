/** How a run without one permission ended: told by its name, or not told at all. */
import { fileOf, type Lacking, type Seen } from './least-policy.ts';
import type { Asked } from './audit.ts';
import type { Job } from './published-policy.ts';
import { errorOf, type Run } from './scene.ts';

/** `not refused`: other statements, or other rules, gave the same. `not needed by helm`: it was refused, and did all the same. */
export type Outcome =
  | 'not refused'
  | 'not needed by helm'
  | 'told in a check'
  | 'told in a warning'
  | 'told in the log'
  | 'access-denied';

const FILES: Readonly<Record<Lacking['kind'], RegExp>> = {
  iam: /permissions\/iam\/[\w<>-]+\.json/,
  rbac: /permissions\/rbac\/[\w<>-]+\.yaml/,
};

/** Whether what was taken away is what the run was refused. */
export function wasRefused(lacking: Lacking, seen: Seen): boolean {
  const { run } = seen;
  if (lacking.kind === 'rbac') return refusals(lacking, seen).length > 0;
  return run.calls.some(
    ({ outcome, asked: names }) => /AccessDenied/.test(outcome) && names.at(-1) === lacking.action,
  );
}

function refusals(lacking: Extract<Lacking, { readonly kind: 'rbac' }>, { asked }: Seen): readonly Asked[] {
  return asked.filter(
    ({ refused, verb, resource }) => refused && verb === lacking.verb && resource === lacking.resource,
  );
}

/** Helm alone asked, and its upgrade was whole without an answer. */
function isOfHelmAlone(lacking: Lacking, seen: Seen): boolean {
  return (
    lacking.kind === 'rbac' &&
    seen.run.exitCode === 0 &&
    refusals(lacking, seen).every(({ byHelm }) => byHelm)
  );
}

/** Whether a text names what was refused. */
export function isNamed(lacking: Lacking, text: string): boolean {
  if (lacking.kind === 'iam') return text.includes(lacking.action);
  const { verb, resource } = lacking;
  // kubectl writes the group apart, the action by itself a point.
  const [bare = ''] = resource.split('.');
  return new RegExp(`\\b${verb}\\b.{0,40}${bare}`, 's').test(text);
}

/** Throws when the run said nothing of what it was refused, or failed for another reason, or without saying where to look. */
export function outcomeOf(job: Job, lacking: Lacking, seen: Seen): Outcome {
  const { run } = seen;
  const refused = wasRefused(lacking, seen);
  const reason = run.outputs['failure-reason'] ?? '';
  // Some rights are asked about before they are used: then the run ends before it is refused.
  if (reason === 'access-denied') return denied(job, lacking, run);
  if (!refused) {
    if (run.exitCode !== 0)
      throw new Error(`nothing was refused, and yet it failed (${reason}):\n${run.log}`);
    return 'not refused';
  }
  if (run.exitCode !== 0 && reason !== 'not-verified')
    throw new Error(`it failed with ${reason}:\n${errorOf(run)}`);
  return told(lacking, seen);
}

function denied(job: Job, lacking: Lacking, run: Run): Outcome {
  const error = errorOf(run);
  if (!isNamed(lacking, error)) throw new Error(`the error does not name what is lacking:\n${error}`);
  const [file] = FILES[lacking.kind].exec(error) ?? [];
  if (file === undefined) throw new Error(`the error names no file to look at:\n${error}`);
  if (file !== fileOf(lacking.kind, job)) throw new Error(`the error names ${file}:\n${error}`);
  return 'access-denied';
}

function told(lacking: Lacking, seen: Seen): Outcome {
  const { run } = seen;
  if (isNamed(lacking, run.outputs['verification'] ?? '')) return 'told in a check';
  if (run.annotations.some(({ message }) => isNamed(lacking, message))) return 'told in a warning';
  if (isNamed(lacking, run.summary)) return 'told in a warning';
  if (isNamed(lacking, run.log)) return 'told in the log';
  if (isOfHelmAlone(lacking, seen)) return 'not needed by helm';
  throw new Error(`it ended with exit code ${run.exitCode} and said nothing of it:\n${run.log}`);
}

/** Of these the action itself only asks: what would become of a pod, what it may do, a token for the proof. */
const TRIES: ReadonlySet<string> = new Set(['pods', 'serviceaccounts/token', 'selfsubjectaccessreviews']);

/** Whether anything may be another than before the run. */
export function hasWritten({ run, asked }: Seen): boolean {
  return (
    run.calls.some(({ readOnly }) => !readOnly) ||
    asked.some(
      ({ verb, bare }) => !/^(get|list|watch)$/.test(verb) && !(verb === 'create' && TRIES.has(bare)),
    )
  );
}

/** A run that has written says in its summary what is done, what has failed, and what was not begun. */
export function expectToldWhole(run: Run): void {
  const wrote = run.calls.some(({ readOnly, outcome }) => !readOnly && outcome === 'ok');
  if (run.exitCode === 0 || !wrote) return;
  const missing = [
    ...(run.outputs['changed'] === 'true' ? [] : ['output changed']),
    ...(run.summary.includes('❌') ? [] : ['what has failed']),
    ...(run.summary.includes('✅') ? [] : ['what is done']),
  ];
  if (missing.length > 0)
    throw new Error(`it has written, and tells not: ${missing.join(', ')}\n${run.summary}`);
}
