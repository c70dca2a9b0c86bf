/** Runs the built action once in a world, and says what it has cost. */
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { stripTypeScriptTypes } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import type { World } from '../sandbox/world.ts';

const spanSchema = z.object({
  /** A request to AWS, one to the API server, or a program that was started. */
  kind: z.enum(['aws', 'cluster', 'program']),
  name: z.string(),
  /** Milliseconds since the process began. */
  from: z.number(),
  to: z.number(),
});
const seenSchema = z.object({
  step: z.string(),
  whole: z.number(),
  peakKb: z.number(),
  cpu: z.number(),
  spans: z.array(spanSchema),
});

export type Span = z.infer<typeof spanSchema>;

export interface Cost {
  /** Seconds of the whole process of the main step. */
  readonly seconds: number;
  readonly peakMb: number;
  /** Seconds of processor time of that process, without the programs that it starts. */
  readonly cpuSeconds: number;
  /** Milliseconds from the beginning of the process to its first request. */
  readonly firstRequestMs: number;
  readonly programs: number;
  readonly clusterRequests: number;
  readonly awsReads: number;
  readonly awsWrites: number;
  /** Seconds from the first association that was created to the last. */
  readonly associating: number;
  /** Bytes of the job summary. */
  readonly summaryBytes: number;
  readonly spans: readonly Span[];
}

export type Inputs = Readonly<Record<string, string>>;

/** Throws with the log when the action fails. */
export async function measuredRun(world: World, inputs: Inputs): Promise<Cost> {
  const directory = mkdtempSync(join(tmpdir(), 'probe-'));
  // As JavaScript: Node would take its time to strip the types in each run.
  const probe = join(directory, 'probe.mjs');
  writeFileSync(probe, stripTypeScriptTypes(readFileSync(join(import.meta.dirname, 'probe.ts'), 'utf8')));
  const left = join(directory, 'left');
  mkdirSync(left);
  const env = { ...world.environment(), NODE_OPTIONS: `--import=${probe}`, BENCH_PROBE: left };
  const before = world.aws.calls.length;
  try {
    const run = await world.run({ 'comment-on-pr': 'false', 'trust-scope': 'pattern', ...inputs }, { env });
    await run.dispose();
    if (run.exitCode !== 0) throw new Error(`the action failed:\n${run.log}`);
    return { ...costOf(left), ...callsOf(world, before), summaryBytes: Buffer.byteLength(run.summary) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

type ProcessCost = Omit<Cost, 'summaryBytes' | 'awsReads' | 'awsWrites' | 'associating'>;

function costOf(directory: string): ProcessCost {
  const seen = readdirSync(directory)
    .map((name) => seenSchema.parse(JSON.parse(readFileSync(join(directory, name), 'utf8'))))
    .find(({ step }) => step.endsWith(join('dist', 'main', 'index.js')));
  if (seen === undefined) throw new Error('the probe has left nothing');
  const { spans, whole, peakKb, cpu } = seen;
  const of = (kind: Span['kind']): readonly Span[] => spans.filter((span) => span.kind === kind);
  const requests = [...of('aws'), ...of('cluster')].map(({ from }) => from);
  return {
    seconds: whole / 1000,
    peakMb: peakKb / 1024,
    cpuSeconds: cpu,
    firstRequestMs: Math.min(...requests),
    programs: of('program').length,
    clusterRequests: of('cluster').length,
    spans,
  };
}

function callsOf({ aws }: World, before: number): Pick<Cost, 'awsReads' | 'awsWrites' | 'associating'> {
  const calls = aws.calls.slice(before);
  const created = calls.filter(({ action }) => action === 'CreatePodIdentityAssociation').map(({ at }) => at);
  return {
    awsReads: calls.filter(({ readOnly }) => readOnly).length,
    awsWrites: calls.filter(({ readOnly }) => !readOnly).length,
    associating: created.length === 0 ? 0 : (Math.max(...created) - Math.min(...created)) / 1000,
  };
}
