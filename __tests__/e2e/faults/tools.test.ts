/** Download sites on a bad day, and hostile ones: helm and kubectl are refused by name, not kept, not run. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { thisPlatform } from '../../../sandbox/downloads/packages.ts';
import { TOOL_FAULTS, type ToolFault, type ToolName } from '../support/tool-faults.ts';
import { useResults } from '../support/results.ts';
import { sampled } from '../support/sample.ts';
import { errorOf, type Run, useScene } from '../support/scene.ts';

interface Row {
  readonly fault: string;
  readonly tool: string;
  readonly outcome: string;
}
const keep: (row: Row) => void = useResults('tools');
const scene = useScene({ controlPlanes: 1, groups: 1 });
const { os, arch } = thisPlatform();

const digest = (body: Buffer | string): string => createHash('sha256').update(body).digest('hex');

/** A program that leaves a mark, and says of itself what it should. */
function impostor(tool: ToolName, mark: string): string {
  const { helm, kubectl } = scene.world.downloads;
  const says = tool === 'helm' ? helm.version : `{"clientVersion":{"gitVersion":"${kubectl.version}"}}`;
  return `#!/bin/sh\necho ran >> '${mark}'\necho '${says}'\n`;
}

/** Paths of the sites; kubectl's own leads on to another path, which the faults take the place of. */
const FILE = { helm: /\/helm\/helm-[^/]*\.tar\.gz$/, kubectl: /\/cdn\/.*\/kubectl$/ };
const SUM = { helm: /\/helm\/helm-[^/]*\.tar\.gz\.sha256sum$/, kubectl: /\/cdn\/.*\/kubectl\.sha256$/ };

function spoil(tool: ToolName, { file, sum, offer }: ToolFault, mark: string): void {
  const { faults } = scene.world.downloads;
  const times = Number.POSITIVE_INFINITY;
  if (offer !== undefined) {
    const body = offer({ program: impostor(tool, mark), member: `${os}-${arch}/helm` });
    faults.push({ path: FILE[tool], kind: 'replaced', body, times });
    faults.push({ path: SUM[tool], kind: 'replaced', body: digest(body), times });
  }
  if (file !== undefined) faults.push({ path: FILE[tool], times, ...file });
  if (sum !== undefined) faults.push({ path: SUM[tool], times, ...sum });
}

/** Of this tool nothing is in the tool cache; of the other one, its genuine download at most. */
async function expectNothingKept(toolCache: string, tool: ToolName): Promise<void> {
  const names = await readdir(toolCache, { recursive: true });
  const genuine = new RegExp(`^spaces-workload-identity-${tool === 'helm' ? 'kubectl' : 'helm'}(/|$)`);
  expect(names.filter((name) => !genuine.test(name))).toEqual([]);
}

/** Nothing is left where the run kept its downloads either. */
async function expectNothingLeft({ temp, home }: Run, tool: ToolName): Promise<void> {
  for (const directory of [temp, home]) {
    const names = await readdir(directory, { recursive: true });
    expect(names.filter((name) => new RegExp(`(^|/)${tool}[^/]*$`).test(name))).toEqual([]);
  }
}

/** What was tried and what was wrong, without addresses, paths and digests, which are others each time. */
function inShort(said: string): string {
  const [, tried = '', wrong = ''] = /^tool-unavailable: (\w+) \S+: (.*)/.exec(said) ?? [];
  return `${tried}: ${wrong}`.replaceAll(/\b[0-9a-f]{64}\b/g, '…').replaceAll(/\S*\/\S*/g, '…');
}

const CASES = TOOL_FAULTS.flatMap((fault) => fault.tools.map((tool) => ({ ...fault, tool })));

test.each(sampled(CASES))(
  '$tool: $name',
  async ({ tool, ...fault }) => {
    const { downloads, dir } = scene.world;
    const toolCache = await mkdtemp(join(dir, 'tool-cache-'));
    const mark = `${toolCache}.mark`;
    downloads.faults.splice(0);
    downloads.requests.splice(0);
    spoil(tool, fault, mark);
    const run = await scene.fail('tool-unavailable', { mode: 'plan', identity: 'irsa' }, { toolCache });
    downloads.faults.splice(0);
    // What was tried, on which address or file, what the other side said, and what to do.
    const said = errorOf(run);
    expect(said).toMatch(fault.said);
    expect(said).toMatch(new RegExp(`^tool-unavailable: (download|verify|read|unpack|use) \\S*${tool}`));
    expect(said).toMatch(/(helm|kubectl)-(download-url|version|sha256)/);
    await expectNothingKept(toolCache, tool);
    await expectNothingLeft(run, tool);
    expect(existsSync(mark)).toBe(false);
    expect(run.writes).toEqual([]);
    keep({ fault: fault.name, tool, outcome: inShort(said) });
  },
  600_000,
);

test('the same sites without a fault serve the same runner', async () => {
  scene.world.downloads.faults.splice(0);
  const toolCache = await mkdtemp(join(scene.world.dir, 'tool-cache-'));
  await scene.succeed({ mode: 'plan', identity: 'irsa' }, { toolCache });
  expect((await readdir(toolCache)).toSorted()).toEqual([
    'spaces-workload-identity-helm',
    'spaces-workload-identity-kubectl',
  ]);
});
