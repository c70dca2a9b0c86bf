/** The workflows of this repository and of its examples, as data. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';

const scalar = z.union([z.string(), z.boolean(), z.number()]).transform(String);
const permissions = z.record(z.string(), z.string());
const stepSchema = z.object({
  uses: z.string().optional(),
  run: z.string().optional(),
  with: z.record(z.string(), scalar).optional(),
});
const jobSchema = z.object({
  if: z.string().optional(),
  permissions: permissions.optional(),
  /** A workflow that it calls, in the place of steps. */
  uses: z.string().optional(),
  with: z.record(z.string(), scalar).optional(),
  steps: z.array(stepSchema).default([]),
});
const workflowSchema = z.object({
  on: z.record(z.string(), z.unknown()),
  permissions,
  concurrency: z.unknown().optional(),
  jobs: z.record(z.string(), jobSchema),
});
export type Workflow = z.infer<typeof workflowSchema>;

function workflowsIn(folder: string): readonly (readonly [string, string, Workflow])[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.yml'))
    .map((name) => {
      const text = readFileSync(join(folder, name), 'utf8');
      return [join(folder, name), text, workflowSchema.parse(parse(text))];
    });
}

export const examples = workflowsIn('examples');
export const ours = workflowsIn('.github/workflows');

const calledInputs = z.record(
  z.string(),
  z.object({ type: z.enum(['string', 'number', 'boolean']), required: z.boolean().optional() }),
);
const calledSchema = workflowSchema.extend({
  on: z.object({ workflow_call: z.object({ inputs: calledInputs }) }),
});
/** The one that is called for a whole fleet. */
export const fleet = calledSchema.parse(parse(readFileSync('.github/workflows/fleet.yml', 'utf8')));
/** The one that it calls for each part. */
export const fleetClusters = calledSchema.parse(
  parse(readFileSync('.github/workflows/fleet-clusters.yml', 'utf8')),
);
