/**
 * What a run costs, in processes and calls, at different numbers of control planes: `npm run bench`. Counts, no times: they are
 * the same on every machine. kubectl and helm are counted by wrappers on the PATH, AWS by the sandbox's record.
 */
import { execFileSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startWorld, type World } from '../sandbox/world.ts';

const { values } = parseArgs({ options: { sizes: { type: 'string', default: '3,30' } } });
const sizes = values.sizes.split(',').map(Number);

interface Cost {
  readonly kubectl: number;
  readonly helm: number;
  readonly awsReads: number;
  readonly awsWrites: number;
}

const SCENES = [
  { name: 'apply pod-identity, from nothing', mode: 'apply', identity: 'pod-identity' },
  { name: 'apply pod-identity, nothing to do', mode: 'apply', identity: 'pod-identity' },
  { name: 'check pod-identity', mode: 'check', identity: 'pod-identity' },
  {
    name: 'apply pod-identity, each its own by session policies',
    mode: 'apply',
    identity: 'pod-identity',
    'isolate-by': 'session-policy',
    'secret-prefixes': 'shared/\nteams/{group}/{name}/',
  },
  { name: 'apply irsa, moving', mode: 'apply', identity: 'irsa' },
  { name: 'plan irsa', mode: 'plan', identity: 'irsa' },
] as const;

const table: Record<string, Record<string, string>> = {};
for (const size of sizes) {
  const costs = await measure(size);
  for (const [name, cost] of costs) {
    table[name] = { ...table[name], [`${size} control planes`]: text(cost) };
  }
}
console.table(table);

function text({ kubectl, helm, awsReads, awsWrites }: Cost): string {
  return `${kubectl} kubectl, ${helm} helm, ${awsReads} reads, ${awsWrites} writes`;
}

async function measure(size: number): Promise<ReadonlyMap<string, Cost>> {
  console.error(`starting a world with ${size} control planes`);
  const world = await startWorld({ controlPlanes: size, groups: Math.min(size, 5) });
  const wrappers = wrap(world);
  const costs = new Map<string, Cost>();
  try {
    for (const { name, ...inputs } of SCENES) costs.set(name, await costOf(world, inputs, wrappers));
  } finally {
    rmSync(wrappers.directory, { recursive: true, force: true });
    await world.stop();
  }
  return costs;
}

interface Wrappers {
  readonly directory: string;
  readonly log: string;
}

/** Programs named kubectl and helm that note each start and go on as the real ones. */
function wrap({ binaries }: World): Wrappers {
  const directory = mkdtempSync(join(tmpdir(), 'bench-'));
  const log = join(directory, 'starts.log');
  const bin = join(directory, 'bin');
  mkdirSync(bin);
  appendFileSync(log, '');
  for (const [name, real] of [
    ['kubectl', join(binaries.kubernetes, 'kubectl')],
    ['helm', binaries.helm],
  ] as const) {
    const path = join(bin, name);
    writeFileSync(path, `#!/bin/sh\necho ${name} >> '${log}'\nexec '${real}' "$@"\n`);
    chmodSync(path, 0o755);
  }
  execFileSync(join(bin, 'helm'), ['version'], { stdio: 'ignore' });
  return { directory: bin, log };
}

async function costOf(
  world: World,
  inputs: Readonly<Record<string, string>>,
  { directory, log }: Wrappers,
): Promise<Cost> {
  writeFileSync(log, '');
  const before = world.aws.calls.length;
  const tools = { 'helm-version': 'path', 'kubectl-version': 'path', 'trust-scope': 'pattern' };
  const result = await world.run({ ...inputs, ...tools }, { path: [directory] });
  if (result.exitCode !== 0) throw new Error(`the action failed:\n${result.log}`);
  await result.dispose();
  const starts = readFileSync(log, 'utf8').split('\n');
  const calls = world.aws.calls.slice(before);
  return {
    kubectl: starts.filter((line) => line === 'kubectl').length,
    helm: starts.filter((line) => line === 'helm').length,
    awsReads: calls.filter((call) => call.readOnly).length,
    awsWrites: calls.filter((call) => !call.readOnly).length,
  };
}
