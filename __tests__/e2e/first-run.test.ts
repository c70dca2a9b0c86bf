/** What a newcomer's first run says in each environment that is not as it has to be; docs/troubleshooting.md has these very messages. */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DOCUMENT, keep, PART, type Seen, withFirstRuns } from '../../scripts/first-run.ts';
import { play, published } from './support/first-run.ts';
import { CLUSTER } from './support/first-run-cluster.ts';
import { SIGN_IN } from './support/first-run-sign-in.ts';
import { SPACE } from './support/first-run-space.ts';
import { useScene } from './support/scene.ts';

const NAMESPACE = 'apiVersion: v1\nkind: Namespace\nmetadata: { name: upbound-system }\n---\n';
const SCENES = [...SIGN_IN, ...CLUSTER, ...SPACE];
const scene = useScene({
  controlPlanes: 1,
  groups: 1,
  values: { features: { alpha: { sharedSecrets: { enabled: false } } } },
  // The file has Roles in it, and is applied before the Space is installed.
  rbac: NAMESPACE + readFileSync('permissions/rbac/plan-pod-identity.yaml', 'utf8'),
});
const seen: Seen[] = [];

// As the README lets a job in: with the published files, and nothing more.
beforeAll(() => void published(scene, 'plan-pod-identity'));

test.each(SCENES)('$wrong', async (firstRun) => {
  const { run, message } = await play(scene, firstRun);
  seen.push({ wrong: firstRun.wrong, reason: firstRun.reason ?? '', message });
  for (const words of firstRun.says) expect(message).toContain(words);
  expect(run.writes).toEqual([]);
});

afterAll(() => {
  if (seen.length === SCENES.length) keep(seen);
});

test(`${DOCUMENT} has what was printed (\`npm run docs:first-run\` writes it anew)`, () => {
  expect(seen).toHaveLength(SCENES.length);
  const text = readFileSync(DOCUMENT, 'utf8');
  expect(PART.exec(text)?.[0]).toBe(PART.exec(withFirstRuns(text, seen))?.[0]);
});
