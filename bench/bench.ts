/**
 * What the action costs at different numbers of control planes: time, memory, programs, calls. `npm run bench` measures, then makes
 * docs/performance.md of it. `-- --control-planes 3,100,5000` chooses the numbers, `--runs 5` of how many runs a figure is the median,
 * `--only REGEXP` the scenes: what was measured before stays beside them.
 */
import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import type { World } from '../sandbox/world.ts';
import { type FigureRow, type Figures, keepFigures, median } from './figures.ts';
import { type Cost, type Inputs, measuredRun } from './measured-run.ts';
import { backToNothing, growTo, rollAll, startSpace } from './space.ts';
import { scriptSeconds } from './script.ts';

const { values } = parseArgs({
  options: {
    'control-planes': { type: 'string', default: '3,50,100,200,400,800,1000' },
    runs: { type: 'string', default: '5' },
    /** The scenes, by their names; with all of them, the script too. */
    only: { type: 'string', default: '' },
    /** The script is slow: it is not run above this number. */
    'script-up-to': { type: 'string', default: '100' },
    /** With 60 ms for each answer of AWS, and EKS limited to 20 calls a second. */
    'limited-at': { type: 'string', default: '1000' },
  },
});
const sizes = values['control-planes'].split(',').map(Number);
const runs = Number(values.runs);
const only = new RegExp(values.only);
const isAll = values.only === '';

const PI: Inputs = { identity: 'pod-identity' };
const IRSA: Inputs = { identity: 'irsa' };
const LIMITED = 'check, Pod Identity, 60 ms to AWS and 20 calls a second of EKS';

const figures: Figures = {
  machine: `${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.versions.node}`,
  rows: [],
  script: {},
  cluster: {},
  spans: {},
};

const world = await startSpace(sizes[0] ?? 3);
try {
  // The tools are in the cache from the second run on.
  await measuredRun(world, { ...PI, mode: 'plan' });
  for (const size of sizes) await measure(size);
} finally {
  await world.stop();
}
await import('./page.ts');
process.exit();

async function measure(size: number): Promise<void> {
  // Before it grows: what is new carries no identity.
  await backToNothing(world);
  await growTo(world, size);
  console.error(`${size} control planes`);
  await scene(
    size,
    'apply, Pod Identity, from nothing',
    { ...PI, mode: 'apply' },
    { prepare: backToNothing },
  );
  await scene(size, 'check, Pod Identity', { ...PI, mode: 'check' });
  await scene(size, 'apply, IRSA, moving from Pod Identity', { ...IRSA, mode: 'apply' }, { once: true });
  await scene(size, 'check, IRSA', { ...IRSA, mode: 'check' });
  await scene(size, 'destroy, IRSA', { ...IRSA, mode: 'destroy' }, { once: true });
  const isLimited = size === Number(values['limited-at']);
  if (isAll || isLimited) figures.cluster[String(size)] = await rollAll(world);
  if (isAll && size <= Number(values['script-up-to'])) await byScript(size);
  if (isLimited && only.test(LIMITED)) await limited(size);
  keepFigures(figures);
}

interface SceneOptions {
  readonly prepare?: (world: World) => Promise<void>;
  /** It can't be done again without much preparation. */
  readonly once?: boolean;
}

async function scene(
  controlPlanes: number,
  name: string,
  inputs: Inputs,
  { prepare, once }: SceneOptions = {},
): Promise<void> {
  if (!only.test(name)) return;
  const costs: Cost[] = [];
  while (costs.length < (once === true ? 1 : runs)) {
    await prepare?.(world);
    costs.push(await measuredRun(world, inputs));
  }
  const of = (key: Exclude<keyof Cost, 'spans'>): number => median(costs.map((cost) => cost[key]));
  const row: FigureRow = {
    scene: name,
    controlPlanes,
    runs: costs.length,
    seconds: of('seconds'),
    peakMb: of('peakMb'),
    cpuSeconds: of('cpuSeconds'),
    firstRequestMs: of('firstRequestMs'),
    programs: of('programs'),
    clusterRequests: of('clusterRequests'),
    awsReads: of('awsReads'),
    awsWrites: of('awsWrites'),
    associating: of('associating'),
    summaryBytes: of('summaryBytes'),
  };
  figures.rows.push(row);
  if (controlPlanes <= 3) figures.spans[name] = [...(costs[0]?.spans ?? [])];
  console.error(
    `  ${name}: ${row.seconds.toFixed(1)} s, ${row.peakMb.toFixed(0)} MB, ${row.programs} programs`,
  );
}

async function byScript(size: number): Promise<void> {
  await backToNothing(world);
  const seconds = await scriptSeconds(world);
  if (seconds === undefined) return;
  figures.script[String(size)] = seconds;
  console.error(`  the guide as a script: ${seconds.toFixed(1)} s`);
  await backToNothing(world);
}

/** AWS as it is far away, and with the limit that EKS has for a whole account. */
async function limited(size: number): Promise<void> {
  await backToNothing(world);
  await measuredRun(world, { ...PI, mode: 'apply' });
  world.aws.settings.latencyMs = 60;
  world.aws.settings.throttle = { eks: 20 };
  await scene(size, LIMITED, { ...PI, mode: 'check' }, { once: true });
  world.aws.settings.latencyMs = 0;
  world.aws.settings.throttle = {};
}
