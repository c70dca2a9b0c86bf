/** What the bench has measured, kept between its parts and for its page. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { z } from 'zod';

const file = join(import.meta.dirname, '..', '.cache', 'bench', 'figures.json');

const figuresSchema = z.object({
  machine: z.string(),
  /** Medians, and how many runs they are of. */
  rows: z.array(
    z.object({
      scene: z.string(),
      controlPlanes: z.number(),
      runs: z.number(),
      seconds: z.number(),
      peakMb: z.number(),
      cpuSeconds: z.number(),
      firstRequestMs: z.number(),
      programs: z.number(),
      clusterRequests: z.number(),
      awsReads: z.number(),
      awsWrites: z.number(),
      associating: z.number(),
      summaryBytes: z.number(),
    }),
  ),
  /** Seconds of the script, and of the cluster alone, by number of control planes. */
  script: z.record(z.string(), z.number()),
  cluster: z.record(z.string(), z.number()),
  /** One run of each scene, at the number of the waterfall. */
  spans: z.record(
    z.string(),
    z.array(
      z.object({
        kind: z.enum(['aws', 'cluster', 'program']),
        name: z.string(),
        from: z.number(),
        to: z.number(),
      }),
    ),
  ),
});

export type Figures = z.infer<typeof figuresSchema>;
export type FigureRow = Figures['rows'][number];

/** Adds to what was measured before on this machine: a scene at the same number takes the place of the one before. */
export function keepFigures(figures: Figures): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(merged(figures), null, 2));
}

function merged(figures: Figures): Figures {
  const before = readFigures();
  if (before?.machine !== figures.machine) return figures;
  const isAnew = (row: FigureRow): boolean =>
    figures.rows.some(
      ({ scene, controlPlanes }) => scene === row.scene && controlPlanes === row.controlPlanes,
    );
  const rows = [...before.rows.filter((row) => !isAnew(row)), ...figures.rows];
  return {
    machine: figures.machine,
    rows: rows.toSorted((a, b) => a.controlPlanes - b.controlPlanes),
    script: { ...before.script, ...figures.script },
    cluster: { ...before.cluster, ...figures.cluster },
    spans: { ...before.spans, ...figures.spans },
  };
}

/** Undefined when nothing was measured yet, or something else than now. */
function readFigures(): Figures | undefined {
  if (!existsSync(file)) return undefined;
  return figuresSchema.safeParse(JSON.parse(readFileSync(file, 'utf8'))).data;
}

/** Throws when nothing was measured yet. */
export function keptFigures(): Figures {
  const figures = readFigures();
  if (figures === undefined) throw new Error('measure first: npm run bench');
  return figures;
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
