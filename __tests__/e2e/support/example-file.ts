/** An example workflow: what its jobs may do, and whom they sign in as. */
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { z } from 'zod';

const scalar = z.union([z.string(), z.boolean(), z.number()]).transform(String);
const permissions = z.record(z.string(), z.string()).default({});
const jobSchema = z.object({
  permissions,
  environment: z.string().optional(),
  /** A workflow that it calls. */
  uses: z.string().optional(),
  steps: z
    .array(z.object({ uses: z.string().default(''), with: z.record(z.string(), scalar).default({}) }))
    .default([]),
});
const workflowSchema = z.object({
  on: z.record(z.string(), z.unknown()),
  jobs: z.record(z.string(), jobSchema),
});

/** How the examples name this action; below it, `/fleet` and so on. */
export const ACTION = 'OWNER/spaces-workload-identity';
export const REF = 'FULL_COMMIT_SHA';

export interface ExampleFile {
  readonly text: string;
  /** The first event that starts it. */
  readonly event: string;
  /** By id, the jobs that it has itself. */
  readonly jobs: Readonly<Record<string, z.infer<typeof jobSchema>>>;
}

export function readExample(path: string): ExampleFile {
  const text = readFileSync(path, 'utf8');
  const { on, jobs } = workflowSchema.parse(parse(text));
  return { text, event: Object.keys(on)[0] ?? '', jobs };
}

/** The actions of others that a workflow uses, as `owner/name@ref`. */
export function othersIn(text: string): readonly string[] {
  const uses = [...text.matchAll(/uses: ([\w.-]+\/[\w.-]+)(?:\/[\w./-]+)?@(\w+)/g)];
  return uses.map(([, name = '', ref = '']) => `${name}@${ref}`).filter((use) => !use.startsWith('OWNER/'));
}

/** The widest that any of the jobs may do with a scope of the token: act has one token for all of them. */
export function widest({ jobs }: ExampleFile, scope: string): 'none' | 'read' | 'write' {
  const given = new Set(Object.values(jobs).map((job) => job.permissions[scope]));
  if (given.has('write')) return 'write';
  return given.has('read') ? 'read' : 'none';
}

/**
 * The address that a job gets its OIDC tokens at, as an expression that act works out for each job: none without
 * `id-token: write`, which act does not know, and with the job's environment in it, which decides about the subject.
 */
export function idTokenUrl(files: readonly ExampleFile[], address: string): string {
  const cases = files.flatMap(({ jobs }) =>
    Object.entries(jobs).flatMap(([id, job]) => {
      const place = job.environment === undefined ? '' : `&environment=${job.environment}`;
      const isGiven = job.permissions['id-token'] === 'write';
      return isGiven ? [`github.job == '${id}' && '${address}${place}'`] : [];
    }),
  );
  return `\${{ ${[...cases, "''"].join(' || ')} }}`;
}
