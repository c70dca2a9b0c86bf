/** The workflows of examples/ that look at many clusters, run by act as they stand there. */
import { beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { issuesOf, keptJson, SCENES } from './support/example-results.ts';
import { type ExampleRun, useExamples } from './support/example-runner.ts';
import { FIRST, HERE, SECOND, THERE } from './support/organisation.ts';
import { useScene } from './support/scene.ts';

const scene = useScene({ controlPlanes: 2, groups: 2 });
const examples = useExamples(scene);
const apply = { mode: 'apply', identity: 'pod-identity', 'parameter-prefixes': '' };

const named = (file: string, arn: string, name: string, region: string) => ({
  arn,
  file,
  cluster: { name, region, role: `${name}-shared-secrets` },
});
const verdicts = (run: ExampleRun) =>
  run.steps
    .filter(({ outputs }) => outputs['verdict'] !== undefined)
    .map(({ matrix, outputs }) => [matrix['cluster'], outputs['verdict']]);
const byName = (a: readonly unknown[], b: readonly unknown[]) => String(a[0]).localeCompare(String(b[0]));

/** The Space under further names: EKS clusters of other regions and accounts where nothing was applied. */
const FURTHER = [
  ['space-eu', HERE, FIRST],
  ['space-us', THERE, FIRST],
  ['space-lab', HERE, SECOND],
] as const;

beforeAll(async () => {
  await scene.succeed(apply);
  examples.ground.accountOf(SECOND);
  for (const [name, region, account] of FURTHER)
    scene.world.addName({ name, region, account }, { 'upbound-space': String(name === 'space-lab') });
  scene.world.aws.eks.cluster('space-prod').tags['upbound-space'] = 'true';
});

test('many-clusters: a job and an issue for each cluster, in its account and region', async () => {
  const roles = FURTHER.map(([name, region, account]) =>
    named('check-pod-identity', `arn:aws:iam::${account}:role/${name}-check`, name, region),
  );
  const run = await examples.run('many-clusters', { roles });
  expect(run).toMatchObject({ exitCode: 1, writes: [] });
  expect(verdicts(run).toSorted(byName)).toEqual([
    ['space-eu', 'drifted'],
    ['space-lab', 'drifted'],
    ['space-us', 'drifted'],
  ]);
  for (const [name] of FURTHER)
    expect(issuesOf(scene)).toContainEqual([expect.stringContaining(name), 'open']);
});

/** What a search of both accounts looks with, and what the job of a cluster that it finds signs in as. */
const fleetRoles = (reader: string, checker: string) => [
  ...[FIRST, SECOND].map((account) => ({ arn: `arn:aws:iam::${account}:role/${reader}`, file: 'fleet' })),
  named('check-pod-identity', `arn:aws:iam::${FIRST}:role/${checker}`, 'space-prod', HERE),
  named('check-pod-identity', `arn:aws:iam::${SECOND}:role/${checker}`, 'space-lab', HERE),
];

test('fleet-matrix: the clusters with the tag are found, and each is checked', async () => {
  const run = await examples.run('fleet-matrix', { roles: fleetRoles('fleet-reader', 'spaces-check') });
  expect(run).toMatchObject({ exitCode: 1, writes: [], jobs: { find: 'success', check: 'failure' } });
  expect(verdicts(run).toSorted(byName)).toEqual([
    ['space-lab', 'drifted'],
    ['space-prod', 'in-sync'],
  ]);
});

const rowsSchema = z.object({ clusters: z.array(z.object({ cluster: z.string(), verdict: z.string() })) });

test('fleet: found, checked, and reported on as one', async () => {
  await scene.succeed({ ...apply, 'secret-prefixes': 'prod/\nshared/' });
  const run = await examples.run('fleet', { roles: fleetRoles('find-spaces', 'space-check') });
  expect(run).toMatchObject({ exitCode: 1, writes: [] });
  const { clusters } = rowsSchema.parse(keptJson(examples, 'artifacts/fleet-report-fleet/fleet.json'));
  expect(clusters.map(({ cluster, verdict }) => [cluster, verdict])).toEqual([
    ['space-lab', 'drifted'],
    ['space-prod', 'in-sync'],
  ]);
  expect(issuesOf(scene).at(-1)).toEqual([expect.stringContaining('fleet'), 'open']);
});

test('these have been run', () => {
  expect([...examples.ran]).toEqual(SCENES['examples-fleet']);
});
