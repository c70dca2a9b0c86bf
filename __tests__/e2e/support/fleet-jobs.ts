/** The jobs of a fleet before and after those of its clusters, with the inputs that fleet.yml gives them. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { expect } from '@jest/globals';
import { z } from 'zod';
import { runAction } from '../../../sandbox/runner.ts';
import type { World } from '../../../sandbox/world.ts';
import { parseOpenMetrics, type Sample } from '../../fleet/report/openmetrics.ts';
import { type Entry, entrySchema } from './fleet-artifacts.ts';
import { jobOutputs, OWN, stepInputs, type Texts } from './fleet-workflow.ts';

const matrixSchema = z.object({ include: z.array(entrySchema) });

export interface Search {
  /** The outputs of its job. */
  readonly outputs: Texts;
  readonly entries: readonly Entry[];
  readonly log: string;
}

/** The job that looks for clusters, which must end well. */
export async function searchJob(world: World, inputs: Texts): Promise<Search> {
  const run = await runAction({
    action: resolve('fleet/action.yml'),
    inputs: stepInputs('find', `${OWN}/fleet`, { inputs }),
    env: world.environment(),
  });
  await run.dispose();
  if (run.exitCode !== 0)
    throw new Error(`the search failed:\n${run.log}\n${JSON.stringify(run.annotations)}`);
  const outputs = jobOutputs('find', { steps: { find: { outputs: run.outputs } } });
  const parts = z.array(matrixSchema).parse(JSON.parse(outputs['matrices'] ?? ''));
  return { outputs, entries: parts.flatMap(({ include }) => include), log: run.log };
}

const countsSchema = z.record(z.string(), z.number());
const fleetSchema = z.object({
  verdict: z.string(),
  counts: countsSchema,
  controlPlanes: countsSchema,
  clusters: z.array(
    z.looseObject({ cluster: z.string(), verdict: z.string(), failureReason: z.string(), why: z.string() }),
  ),
  problems: z.array(z.unknown()),
});
const badgeSchema = z.object({ message: z.string(), color: z.string() });
export type FleetFile = z.infer<typeof fleetSchema>;

/** The job that gathers what lies in the directory. Its three files must tell the same. */
export async function reportJob(world: World, inputs: Texts, outputs: Texts, path: string) {
  const needs = { find: { result: 'success', outputs } };
  const texts = new Map<string, string>();
  const run = await runAction({
    action: resolve('fleet/report/action.yml'),
    inputs: { ...stepInputs('report', `${OWN}/fleet/report`, { inputs, needs }), path },
    env: world.environment(),
    githubToken: world.github.token,
    laterSteps: async (made) => {
      for (const name of ['fleet-file', 'badge-file', 'metrics-file'])
        texts.set(name, await readFile(made[name] ?? '', 'utf8'));
    },
  });
  await run.dispose();
  const fleet = fleetSchema.parse(JSON.parse(texts.get('fleet-file') ?? ''));
  const badge = badgeSchema.parse(JSON.parse(texts.get('badge-file') ?? ''));
  expect(run.outputs['verdict']).toBe(fleet.verdict);
  expectSameMetrics(fleet, parseOpenMetrics(texts.get('metrics-file') ?? ''));
  expect(badge.message).toBe(badgeWords(fleet));
  return { run, fleet, badge };
}

function expectSameMetrics(fleet: FleetFile, samples: readonly Sample[]): void {
  expect(countsIn(samples, 'fleet_clusters', 'verdict')).toEqual(fleet.counts);
  const { inSync, ...others } = fleet.controlPlanes;
  expect(countsIn(samples, 'fleet_control_planes', 'state')).toEqual(
    withoutZeros({ in_sync: inSync, ...others }),
  );
  const held = samples.filter(({ name, value }) => name.endsWith('_cluster_verdict') && value === 1);
  expect(held.map(({ labels }) => [labels['cluster'], labels['verdict']])).toEqual(
    fleet.clusters.map(({ cluster, verdict }) => [cluster, verdict]),
  );
}

type Counts = Readonly<Record<string, number | undefined>>;

function withoutZeros(counts: Counts): Counts {
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count !== 0));
}

function countsIn(samples: readonly Sample[], metric: string, by: string): Counts {
  const own = samples.filter(({ name }) => name === `spaces_workload_identity_${metric}`);
  const counts = own.map(({ labels, value }): [string, number] => [labels[by] ?? '', value]);
  return withoutZeros(Object.fromEntries<number>(counts));
}

function badgeWords({ counts, clusters }: FleetFile): string {
  const words = Object.entries(counts).map(([verdict, count]) => [verdict.replace('-', ' '), count] as const);
  const [[only] = []] = words;
  if (words.length === 1) return `${only}, ${clusters.length} clusters`;
  return words.map(([verdict, count]) => `${count} ${verdict}`).join(', ');
}
