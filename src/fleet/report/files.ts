/** The files that jobs leave: of a plan, of a verification, or of a result alone (contract, schemas). */
import { z } from 'zod';
import { MODES } from '../../model/config.ts';
import { type ClusterName, type FleetProblem, WORST_FIRST } from './model.ts';

const cluster = z
  .object({ name: z.string().min(1), region: z.string().min(1), account: z.string() })
  .transform(({ name, region, account }): ClusterName => ({ name, region, account }));

const result = z.object({
  verdict: z.enum(WORST_FIRST),
  failure: z
    .object({ reason: z.string(), said: z.string().default(''), next: z.string().default('') })
    .optional(),
  label: z.string().optional(),
  mode: z.enum(MODES).optional(),
  /** Absent where the run failed before it had read its inputs. */
  cluster: cluster.optional(),
  summaryLine: z.string().optional(),
  checkedAt: z.iso.datetime().optional(),
});

const plan = z.object({
  mode: z.enum(MODES),
  cluster,
  changes: z.array(z.object({ id: z.string(), action: z.string(), severity: z.string().default('') })),
  controlPlanes: z
    .array(z.object({ controlPlane: z.string().default(''), namespace: z.string().default('') }))
    .default([]),
  blockers: z.array(z.object({ message: z.string().default('') })).default([]),
  result: result.optional(),
});

const verification = z.object({
  verified: z.boolean(),
  checks: z.array(
    z.object({
      controlPlane: z.string().default(''),
      namespace: z.string().default(''),
      check: z.string(),
      status: z.enum(['pass', 'fail', 'warn', 'unknown']),
    }),
  ),
  result: result.optional(),
});

export type JobPlan = z.infer<typeof plan>;
export type JobVerification = z.infer<typeof verification>;
export type JobResult = z.infer<typeof result>;

/** What one file says. Of `plan` and `verification` at most one is there. */
export interface JobFile {
  readonly path: string;
  readonly plan?: JobPlan;
  readonly verification?: JobVerification;
  readonly result?: JobResult;
  /** Absent where the file names none: a verification without a result. */
  readonly cluster?: ClusterName;
}

const outline = z.looseObject({
  version: z.unknown().optional(),
  changes: z.unknown().optional(),
  checks: z.unknown().optional(),
  result: z.unknown().optional(),
});

/** What a file of a job says, or why it can't be used. */
export function readJobFile(path: string, text: string): JobFile | FleetProblem {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return { path, message: 'is not JSON: it may be cut' };
  }
  const { success, data } = outline.safeParse(json);
  if (!success) return { path, message: 'is no file of a job' };
  const { version = 1 } = data;
  if (version !== 1)
    return { path, message: `has the version ${shown(version)}; this report knows version 1 alone` };
  if (data.changes !== undefined) return ofPlan(path, json);
  if (data.checks !== undefined) return ofVerification(path, json);
  if (data.result !== undefined) return ofResult(path, json);
  return { path, message: 'is no file of a job: neither a plan nor a verification nor a result' };
}

function ofPlan(path: string, json: unknown): JobFile | FleetProblem {
  const { success, data, error } = plan.safeParse(json);
  if (!success) return malformed(path, 'plan', error);
  return {
    path,
    plan: data,
    cluster: data.cluster,
    ...(data.result !== undefined && { result: data.result }),
  };
}

function ofVerification(path: string, json: unknown): JobFile | FleetProblem {
  const { success, data, error } = verification.safeParse(json);
  if (!success) return malformed(path, 'verification', error);
  return { path, verification: data, ...resultPart(data.result) };
}

function ofResult(path: string, json: unknown): JobFile | FleetProblem {
  const { success, data, error } = z.object({ result }).safeParse(json);
  return success ? { path, ...resultPart(data.result) } : malformed(path, 'result', error);
}

function resultPart(given: JobResult | undefined): Pick<JobFile, 'result' | 'cluster'> {
  if (given === undefined) return {};
  return { result: given, ...(given.cluster !== undefined && { cluster: given.cluster }) };
}

function malformed(path: string, kind: string, { issues }: z.ZodError): FleetProblem {
  const where = issues.slice(0, 1).map((issue) => ` at \`${issue.path.join('.')}\`: ${issue.message}`);
  return { path, message: `is not a ${kind} as this action writes it${where.join('')}` };
}

function shown(value: unknown): string {
  return JSON.stringify(value).slice(0, 40);
}
