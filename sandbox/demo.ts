/**
 * `npm run demo`: the built action, run by a runner's rules in a small world on loopback, and what its user sees. With
 * `DEMO_SUMMARIES` the job summaries are left in that directory, as Markdown.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { bold, dim, heading, readable } from './show.ts';
import { startWorld, type World } from './world.ts';

interface Scene {
  readonly title: string;
  readonly inputs: Readonly<Record<string, string>>;
}

const READS = { 'secret-prefixes': 'prod/', 'parameter-prefixes': '/prod/' };

const SCENES: readonly Scene[] = [
  {
    title: 'Give every control plane its identity by IRSA',
    inputs: { mode: 'apply', identity: 'irsa', ...READS },
  },
  { title: 'The same again: nothing to do', inputs: { mode: 'apply', identity: 'irsa', ...READS } },
  {
    title: 'Move to EKS Pod Identity, without a gap',
    inputs: { mode: 'apply', identity: 'pod-identity', ...READS },
  },
];

/** Outputs that are read by people; the long JSON ones are left to the pipeline. */
const SHOWN = ['verdict', 'changed', 'summary-line', 'role-arn', 'verified', 'restarted'];

const started = Date.now();
const seconds = (): string => `${((Date.now() - started) / 1000).toFixed(0)} s`;

heading(
  'A whole small world on loopback: Kubernetes, AWS, GitHub, a chart registry, a Space with three control planes',
);
let starting = true;
const world = await startWorld({
  controlPlanes: 3,
  log: (line) => {
    if (starting) console.log(dim(line));
  },
});
starting = false;
console.log(`up after ${seconds()}`);
try {
  for (const [index, scene] of SCENES.entries()) await play(world, scene, index + 1);
} finally {
  await world.stop();
}
console.log(`\nDone after ${seconds()}. Play on with: npm run sandbox -- up --control-planes 50`);

async function play(stage: World, { title, inputs }: Scene, number: number): Promise<void> {
  heading(`${number}. ${title}`);
  console.log(dim(`uses: ./\nwith: ${JSON.stringify(inputs)}\n`));
  const writesBefore = stage.aws.writes().length;
  const result = await stage.run(inputs, { onLine: (line) => console.log(`  ${line}`) });
  try {
    const writes = stage.aws.writes().slice(writesBefore);
    console.log(`\n${bold('Outputs')} (of ${Object.keys(result.outputs).length})`);
    for (const name of SHOWN) console.log(`  ${name}: ${result.outputs[name] ?? ''}`);
    console.log(`\n${bold('Job summary')}\n${readable(result.summary).replaceAll(/^/gm, '  ')}`);
    console.log(`${bold('Writes that AWS saw')}: ${writes.map((call) => call.action).join(', ') || 'none'}`);
    const kept = process.env['DEMO_SUMMARIES'];
    if (kept !== undefined) writeFileSync(join(kept, `${number}.md`), result.summary);
    if (result.exitCode !== 0) throw new Error(`the action failed with exit code ${result.exitCode}`);
  } finally {
    await result.dispose();
  }
}
