/** The workflows of examples/ with IRSA, run by act as they stand there. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { annotationsOf, hostsOf, injectedIn } from './support/cluster.ts';
import { layOut } from './support/example-place.ts';
import {
  expectApplied,
  expectWell,
  registryLogin,
  SCENES,
  takeAnnotation,
} from './support/example-results.ts';
import { useExamples } from './support/example-runner.ts';
import { irsa } from './support/identity.ts';
import { ANNOTATION, RELEASE_NAMESPACE, sharedSecretsValues, upgradeByHand } from './support/release.ts';
import { roleArn } from './support/role.ts';
import { useScene } from './support/scene.ts';

const scene = useScene({ controlPlanes: 2, groups: 2, controllerSettings: { propagationMs: 500 } });
const examples = useExamples(scene, {
  'mirror.example.com': 'downloads',
  'registry.example.com': 'registry',
});
const hosts = (): readonly string[] => hostsOf(scene);
const github = () => scene.world.github;

test('gitops: the values are printed, and waited for', async () => {
  const mark = ['annotate', 'deployment', 'spaces-controller', `--namespace=${RELEASE_NAMESPACE}`];
  await scene.world.kubectl([...mark, 'argocd.argoproj.io/tracking-id=spaces']);
  const values = sharedSecretsValues({
    serviceAccount: { customAnnotations: { [ANNOTATION]: roleArn(scene) } },
  });
  let sync: Promise<void> | undefined;
  const run = await examples.run('gitops', {
    // What Argo CD does once the values are in its repository.
    onEntry: ({ msg }) => {
      if (msg.startsWith('plan sha256:')) sync ??= upgradeByHand(scene, values);
    },
  });
  await sync;
  expectApplied(run);
  const printed = run.outputs[0]?.['helm-values'] ?? '';
  expect(printed).toContain(roleArn(scene));
  expect(await injectedIn(scene, hosts())).toEqual(hosts().map(() => irsa(roleArn(scene))));
  const { said } = run.steps.find(({ name }) => name === 'The values for the GitOps repository') ?? {};
  expect(said?.trimEnd()).toBe(printed.trimEnd());
  await scene.world.kubectl([...mark, 'argocd.argoproj.io/tracking-id-']);
});

test('reviewed: the plan of the pull request is applied after the merge, by the digest in its artifact; not without the login', async () => {
  await takeAnnotation(scene);
  const planned = await examples.run('reviewed/plan');
  expectWell(planned);
  expect(planned).toMatchObject({ writes: [], outputs: [{ verdict: 'changes' }] });
  const head = github().job.sha;
  const merged = 'f'.repeat(40);
  await layOut(join(examples.ground.kept, 'pulls'), { [merged]: head });
  await layOut(join(examples.ground.kept, 'runs'), { [head]: '4711' });
  github().job.sha = merged;
  const refused = await examples.run('reviewed/apply');
  expect(refused).toMatchObject({ exitCode: 1, writes: [] });
  expect(refused.outputs).toMatchObject([{ 'failure-reason': 'chart-unavailable' }]);
  const run = await examples.run('reviewed/apply', { secrets: registryLogin(scene) });
  expectApplied(run);
  expect(run.outputs[0]?.['plan-digest']).toBe(planned.outputs[0]?.['plan-digest']);
  for (const host of hosts())
    expect(await annotationsOf(scene, host)).toEqual({ [ANNOTATION]: roleArn(scene) });
  expect(examples.ground.sites.requests).toContainEqual(
    expect.stringMatching(/^xpkg\.upbound\.io\/v2\/spaces-artifacts\/spaces\//),
  );
});

test('air-gapped: helm, kubectl and the chart come from the mirrors', async () => {
  const { downloads, registry } = scene.world;
  await takeAnnotation(scene);
  // A runner that has no tools yet.
  await rm(join(examples.ground.cache, 'tool_cache'), { recursive: true });
  const before = examples.ground.sites.requests.length;
  const run = await examples.run('air-gapped', {
    secrets: { REGISTRY_USERNAME: registry.username, REGISTRY_PASSWORD: registry.password },
    variables: {
      HELM_VERSION: downloads.helm.version,
      HELM_SHA256: downloads.helm.sha256,
      KUBECTL_VERSION: downloads.kubectl.version,
      KUBECTL_SHA256: downloads.kubectl.sha256,
    },
  });
  expectApplied(run);
  const asked = examples.ground.sites.requests.slice(before).map((request) => request.split('/')[0]);
  expect(new Set(asked)).toEqual(new Set(['mirror.example.com', 'registry.example.com']));
});

test('these have been run', () => {
  expect([...examples.ran]).toEqual(SCENES['examples-irsa']);
});
