/** What the tests of the examples look at. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect } from '@jest/globals';
import { listen } from '../../../sandbox/loopback.ts';
import type { ExampleRun, Examples } from './example-runner.ts';
import { ANNOTATION, sharedSecretsValues, upgradeByHand } from './release.ts';
import type { Scene } from './scene.ts';

/** Which test runs which example: each of examples/ has to be here. */
export const SCENES = {
  examples: [
    'plan',
    'apply',
    'check',
    'heartbeat',
    'code-scanning',
    'attested',
    'approved',
    'terraform-role',
    'destroy',
    'provision',
  ],
  'examples-irsa': ['gitops', 'reviewed/plan', 'reviewed/apply', 'air-gapped'],
  'examples-fleet': ['many-clusters', 'fleet-matrix', 'fleet'],
} as const;

/** Else the log is shown. */
export function expectWell(run: ExampleRun): void {
  expect(run.exitCode === 0 ? '' : run.log).toBe('');
}

/** The run went well, and the identity stood up to its own verification. */
export function expectApplied(run: ExampleRun, changed = 'true'): void {
  expectWell(run);
  expect(run.outputs.at(-1)).toMatchObject({ verdict: 'applied', verified: 'true', changed });
}

export function issuesOf({ world }: Scene): readonly (readonly [string, string])[] {
  const issues = [...world.github.issues.values()].filter((issue) => !issue.pullRequest);
  return issues.map(({ title, state }) => [title, state]);
}

/** JSON that a stand-in has kept. */
export function keptJson({ ground }: Examples, name: string): unknown {
  return JSON.parse(readFileSync(join(ground.kept, name), 'utf8'));
}

export function registryLogin({ world }: Scene): Readonly<Record<string, string>> {
  const { username, password } = world.registry;
  return { SPACES_REGISTRY_USERNAME: username, SPACES_REGISTRY_PASSWORD: password };
}

/** Someone takes the annotation of IRSA out of the release. */
export async function takeAnnotation(scene: Scene): Promise<void> {
  const serviceAccount = { customAnnotations: { [ANNOTATION]: null } };
  await upgradeByHand(scene, sharedSecretsValues({ serviceAccount }));
}

export interface Monitor {
  readonly url: string;
  /** What it was sent. */
  readonly heard: readonly string[];
  readonly close: () => Promise<void>;
}

/** Whom a scheduled job tells that it has run. */
export async function startMonitor(): Promise<Monitor> {
  const heard: string[] = [];
  const server = await listen(
    async (request, response) => {
      heard.push(await text(request));
      response.end();
    },
    { log: console.error },
  );
  return { url: `${server.origin}/ping`, heard, close: async () => await server.close() };
}
