/** Makes docs/performance.md and its pictures of what `npm run bench` has measured last. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { filled, table } from '../scripts/markdown.ts';
import { type FigureRow, type Figures, keptFigures } from './figures.ts';
import { growthPlot, waterfallPlot } from './plots.ts';

const docs = join(import.meta.dirname, '..', 'docs');
const APPLY = 'apply, Pod Identity, from nothing';

const seconds = (value: number): string => `${value.toFixed(1)} s`;

function times({ rows }: Figures): string {
  const sizes = [...new Set(rows.map(({ controlPlanes }) => controlPlanes))];
  const scenes = [...new Set(rows.map(({ scene }) => scene))];
  const cell = (scene: string, size: number): string => {
    const row = rows.find((one) => one.scene === scene && one.controlPlanes === size);
    return row === undefined ? '' : seconds(row.seconds);
  };
  return table(
    ['control planes', ...sizes.map(String)],
    scenes.map((scene) => [scene, ...sizes.map((size) => cell(scene, size))]),
  );
}

function costs({ rows }: Figures): string {
  const head = [
    'scene',
    'control planes',
    'programs',
    'requests to the API server',
    'AWS reads',
    'AWS writes',
  ];
  return table(
    [...head, 'processor time', 'peak memory', 'first request after', 'summary'],
    rows.map((row: FigureRow) => [
      row.scene,
      String(row.controlPlanes),
      String(row.programs),
      String(row.clusterRequests),
      String(row.awsReads),
      String(row.awsWrites),
      seconds(row.cpuSeconds),
      `${row.peakMb.toFixed(0)} MB`,
      `${row.firstRequestMs.toFixed(0)} ms`,
      `${(row.summaryBytes / 1000).toFixed(1)} kB`,
    ]),
  );
}

/** What twice as many control planes cost: of each scene, the largest step between two numbers of which one is the other's double. */
function growth({ rows }: Figures): string {
  const scenes = [...new Set(rows.map(({ scene }) => scene))];
  return table(
    ['scene', 'from', 'to', 'largest step', 'at'],
    scenes.flatMap((scene) => {
      const own = rows.filter((row) => row.scene === scene);
      const steps = own.flatMap((row) => {
        const double = own.find(({ controlPlanes }) => controlPlanes === 2 * row.controlPlanes);
        return double === undefined ? [] : [{ from: row, to: double, times: double.seconds / row.seconds }];
      });
      const largest = steps.toSorted((a, b) => b.times - a.times)[0];
      if (largest === undefined) return [];
      const { from, to, times: factor } = largest;
      const numbers = steps.flatMap((step) => [step.from.controlPlanes, step.to.controlPlanes]);
      return [
        [
          scene,
          String(Math.min(...numbers)),
          String(Math.max(...numbers)),
          `${factor.toFixed(2)} times`,
          `${from.controlPlanes} to ${to.controlPlanes}: ${seconds(from.seconds)}, ${seconds(to.seconds)}`,
        ],
      ];
    }),
  );
}

/** Against the script, and against what the cluster itself needs. */
function ratios({ rows, script, cluster }: Figures): string {
  const applied = rows.filter(({ scene }) => scene === APPLY);
  return table(
    [
      'control planes',
      '`apply`',
      'the guide as a script',
      'times as fast',
      'rolled out by the cluster alone',
      'share',
    ],
    applied.map(({ controlPlanes, seconds: own }) => {
      const byScript = script[String(controlPlanes)];
      const alone = cluster[String(controlPlanes)];
      return [
        String(controlPlanes),
        seconds(own),
        byScript === undefined ? 'not run' : seconds(byScript),
        byScript === undefined ? '' : (byScript / own).toFixed(1),
        alone === undefined ? '' : seconds(alone),
        alone === undefined ? '' : (own / alone).toFixed(1),
      ];
    }),
  );
}

const figures = keptFigures();
const file = join(docs, 'performance.md');
const parts = {
  machine: figures.machine,
  times: times(figures),
  costs: costs(figures),
  ratios: ratios(figures),
  growth: growth(figures),
};
writeFileSync(file, filled('docs/performance.md', readFileSync(file, 'utf8'), parts));
writeFileSync(join(docs, 'performance-growth.svg'), await growthPlot(figures));
writeFileSync(join(docs, 'performance-apply.svg'), await waterfallPlot(figures, APPLY));
