/** What fleet.yml hands from step to step and from job to job, and on to fleet-clusters.yml, as it is written there. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { parse } from 'yaml';
import { type Context, rendered } from '../../support/expressions.ts';

/** How its jobs name the actions of its own commit. */
export const OWN = './.spaces-workload-identity';

const scalar = z.union([z.string(), z.boolean(), z.number()]).transform(String);
const step = z.object({ uses: z.string().default(''), with: z.record(z.string(), scalar).default({}) });
const workflowSchema = z.object({
  on: z.object({
    workflow_call: z.object({ inputs: z.record(z.string(), z.object({ default: scalar.optional() })) }),
  }),
  jobs: z.record(
    z.string(),
    z.object({
      outputs: z.record(z.string(), z.string()).default({}),
      with: z.record(z.string(), scalar).default({}),
      steps: z.array(step).default([]),
    }),
  ),
});
const read = (name: string) =>
  workflowSchema.parse(parse(readFileSync(`.github/workflows/${name}.yml`, 'utf8')));
const workflow = read('fleet');
const ofClusters = read('fleet-clusters');

export type Texts = Readonly<Record<string, string>>;

/** The context `inputs` of a run that is called with these. */
export function calledWith(given: Texts): Texts {
  const standard = Object.entries(workflow.on.workflow_call.inputs).map(([name, input]): [string, string] => [
    name,
    input.default ?? '',
  ]);
  return { ...Object.fromEntries<string>(standard), ...given };
}

function jobOf(name: string) {
  const job = workflow.jobs[name] ?? ofClusters.jobs[name];
  if (job === undefined) throw new Error(`no job ${name}`);
  return job;
}

function all(texts: Texts, context: Context): Texts {
  const values = Object.entries(texts).map(([name, text]): [string, string] => [
    name,
    rendered(text, context),
  ]);
  return Object.fromEntries<string>(values);
}

/** The context `inputs` of the jobs of clusters, in a fleet that is called with these. */
export function clusterInputs(inputs: Texts): Texts {
  const { clusters: _matrix, ...handed } = jobOf('clusters').with;
  return all(handed, { inputs, strategy: { 'job-index': '0' } });
}

/** The inputs of the job's step that uses this. */
export function stepInputs(job: string, uses: string, context: Context): Texts {
  const found = jobOf(job).steps.find((one) => one.uses.startsWith(uses));
  if (found === undefined) throw new Error(`job ${job} does not use ${uses}`);
  return all(found.with, context);
}

/** The outputs of the job, by those of its steps. */
export function jobOutputs(job: string, context: Context): Texts {
  return all(jobOf(job).outputs, context);
}
