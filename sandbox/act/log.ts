/** act's log, a line of JSON each: what became of the jobs and of their steps. */
import { z } from 'zod';

const entrySchema = z.looseObject({
  level: z.string(),
  msg: z.string(),
  jobID: z.string().optional(),
  matrix: z.record(z.string(), z.unknown()).nullish(),
  step: z.string().optional(),
  stepID: z.array(z.string()).optional(),
  stage: z.string().optional(),
  stepResult: z.string().optional(),
  jobResult: z.string().optional(),
  command: z.string().optional(),
  name: z.string().optional(),
  arg: z.string().optional(),
  /** Of what a step itself has written. */
  raw_output: z.boolean().optional(),
});
/** A line of it. */
export type ActEntry = z.infer<typeof entrySchema>;

/** A step of a job, as far as it ran. */
export interface ActStep {
  readonly job: string;
  readonly matrix: Readonly<Record<string, unknown>>;
  /** Its `id`, else its number, from 0. */
  readonly id: string;
  /** Its name, else what it uses or runs. */
  readonly name: string;
  readonly outputs: Readonly<Record<string, string>>;
  /** What it has written, but for workflow commands. */
  readonly said: string;
  /** `success` or `failure`; undefined where that part of it did not run. */
  readonly main: string | undefined;
  readonly post: string | undefined;
}

/** Its last words are no JSON. */
export function parseEntry(line: string): ActEntry {
  try {
    return entrySchema.parse(JSON.parse(line));
  } catch {
    return { level: 'error', msg: line };
  }
}

/** By id, how each job ended: of a matrix, `failure` when one of its jobs failed. */
export function jobsOf(entries: readonly ActEntry[]): Record<string, string> {
  const jobs: Record<string, string> = {};
  for (const { jobID, jobResult } of entries)
    if (jobID !== undefined && jobResult !== undefined && jobs[jobID] !== 'failure') jobs[jobID] = jobResult;
  return jobs;
}

/** In the order of their first line. What is inside a composite action belongs to the step that uses it. */
export function stepsOf(entries: readonly ActEntry[]): readonly ActStep[] {
  const steps = new Map<string, ActStep>();
  for (const entry of entries) {
    const { jobID: job, stepID: [id, inner] = [], step: name } = entry;
    if (job === undefined || id === undefined || inner !== undefined || name === undefined) continue;
    const matrix = entry.matrix ?? {};
    const key = JSON.stringify([job, matrix, id]);
    const unseen = { job, matrix, id, name, outputs: {}, said: '', main: undefined, post: undefined };
    const known = steps.get(key) ?? unseen;
    steps.set(key, { ...known, ...newsOf(entry, known) });
  }
  return [...steps.values()];
}

/** What a line says of its step. */
function newsOf(entry: ActEntry, { outputs, said }: ActStep): Partial<ActStep> {
  const { stage, stepResult, command, name = '', arg = '' } = entry;
  if (stage === 'Main' && command === 'set-output') return { outputs: { ...outputs, [name]: arg } };
  if (stage === 'Main' && entry.raw_output === true) return { said: `${said}${entry.msg.trimEnd()}\n` };
  if (stepResult === undefined) return {};
  if (stage === 'Main') return { main: stepResult };
  return stage === 'Post' ? { post: stepResult } : {};
}
