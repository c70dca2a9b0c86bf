/** What the bench has measured, kept between its parts and for its page. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
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

export function keepFigures(figures: Figures): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(figures, null, 2));
}

/** Throws when nothing was measured yet. */
export function keptFigures(): Figures {
  return figuresSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
