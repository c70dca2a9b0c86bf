/** Draws the figures of the bench, by Vega-Lite, as SVG files beside docs/performance.md. */
import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';
import type { Figures } from './figures.ts';

const SIZE = { width: 640, height: 300 };

async function draw(spec: TopLevelSpec): Promise<string> {
  const view = new View(parse(compile({ background: 'white', ...spec }).spec), { renderer: 'none' });
  return `${await view.toSVG()}\n`;
}

/** Seconds by number of control planes, a line for each scene; both axes double at each step. */
export async function growthPlot({ rows, script }: Figures): Promise<string> {
  const guide = Object.entries(script).map(([controlPlanes, seconds]) => ({
    scene: 'the guide as a script, Pod Identity',
    controlPlanes: Number(controlPlanes),
    seconds,
  }));
  const scale = { type: 'log', base: 2 } as const;
  return await draw({
    ...SIZE,
    data: {
      values: [
        ...rows.map(({ scene, controlPlanes, seconds }) => ({ scene, controlPlanes, seconds })),
        ...guide,
      ],
    },
    mark: { type: 'line', point: true },
    encoding: {
      x: { field: 'controlPlanes', type: 'quantitative', scale, title: 'control planes' },
      y: { field: 'seconds', type: 'quantitative', scale, title: 'seconds' },
      color: {
        field: 'scene',
        type: 'nominal',
        title: null,
        legend: { orient: 'bottom', columns: 2, labelLimit: 400 },
      },
    },
  });
}

/** What one run asked and started, each as a bar from its beginning to its end. */
export async function waterfallPlot({ spans }: Figures, scene: string): Promise<string> {
  const values = (spans[scene] ?? []).map(({ kind, name, from, to }, nth) => ({
    // Namespaces and ids are of no use here, and would be others in each run.
    call: `${String(nth + 1).padStart(3)} ${name.replaceAll(/mxp-[0-9a-f-]+-system|a-[a-z0-9]{17}/g, '…')}`,
    kind,
    from: from / 1000,
    to: Math.max(to, from + 5) / 1000,
  }));
  return await draw({
    width: SIZE.width,
    height: { step: 9 },
    data: { values },
    mark: 'bar',
    encoding: {
      y: {
        field: 'call',
        type: 'ordinal',
        sort: null,
        title: null,
        axis: { labelFontSize: 8, labelLimit: 330, ticks: false },
      },
      x: { field: 'from', type: 'quantitative', title: 'seconds since the process began' },
      x2: { field: 'to' },
      color: { field: 'kind', type: 'nominal', title: null, legend: { orient: 'top' } },
    },
  });
}
