/** A Space that Argo CD or Flux keeps: never upgraded from here; `annotate: none` works with it. */
import { expect, test } from '@jest/globals';
import { annotationsOf, helmHistory, hostsOf, injectedIn, snapshot } from './support/cluster.ts';
import { irsa, none } from './support/identity.ts';
import { ANNOTATION, RELEASE_NAMESPACE, sharedSecretsValues, upgradeByHand } from './support/release.ts';
import { ROLE_NAME, roleArn } from './support/role.ts';
import { errorOf, jsonOf, type Run, useScene } from './support/scene.ts';

const apply = { mode: 'apply', identity: 'irsa' };
const byOthers = { ...apply, annotate: 'none' };
const scene = useScene({ controlPlanes: 2, groups: 2, controllerSettings: { propagationMs: 500 } });
const hosts = (): readonly string[] => hostsOf(scene);

/** Marks the Space's controller as the tool does; an empty value takes the mark off. */
async function mark(kind: 'annotations' | 'labels', key: string, value: string): Promise<void> {
  const verb = kind === 'labels' ? 'label' : 'annotate';
  const change = value === '' ? `${key}-` : `${key}=${value}`;
  await scene.world.kubectl([
    verb,
    'deployment',
    'spaces-controller',
    '--namespace',
    RELEASE_NAMESPACE,
    '--overwrite',
    change,
  ]);
}

test.each([
  ['annotations', 'argocd.argoproj.io/tracking-id', 'spaces', 'Argo CD'],
  ['labels', 'argocd.argoproj.io/instance', 'spaces', 'Argo CD'],
  ['labels', 'helm.toolkit.fluxcd.io/name', 'spaces', 'Flux'],
] as const)('%s %s: refused before any write, and the way out is named', async (kind, key, value, tool) => {
  await mark(kind, key, value);
  const before = await snapshot(scene);
  for (const mode of ['plan', 'apply']) {
    const run = await scene.fail('gitops-managed', { ...apply, mode });
    expect(run.writes).toEqual([]);
    expect(errorOf(run)).toContain(`the release is managed by ${tool}`);
    expect(errorOf(run)).toContain('set `annotate: none`');
    expect(errorOf(run)).toContain('Nothing was written.');
    expect(run.outputs['helm-values']).toContain(`${ANNOTATION}: ${roleArn(scene)}`);
  }
  const check = await scene.fail('drift', { ...apply, mode: 'check' });
  expect(errorOf(check)).toContain(`the release is managed by ${tool}`);
  expect(await snapshot(scene)).toEqual(before);
  await mark(kind, key, '');
});

/** Runs the action, and plays the GitOps tool: it sets its values as soon as the action waits. */
async function withGitOps(
  inputs: Readonly<Record<string, string>>,
  values: (lines: readonly string[]) => object | string,
) {
  const lines: string[] = [];
  let sync: Promise<void> | undefined;
  const onLine = (line: string): void => {
    lines.push(line);
    if (line.startsWith('plan sha256:')) sync ??= upgradeByHand(scene, values(lines));
  };
  const run = await scene.succeed(inputs, { onLine });
  await sync;
  return run;
}

/** The values that the action prints into its log. */
function printed(lines: readonly string[]): string {
  const start = lines.findIndex((line) => line.startsWith("Values that the Space's release needs"));
  const rest = lines.slice(start + 1);
  return rest
    .slice(
      0,
      rest.findIndex((line) => !line.startsWith('    ')),
    )
    .map((line) => line.slice(4))
    .join('\n');
}

const identities = () => injectedIn(scene, hosts());

test('`annotate: none`: prints the values, waits for whoever sets them, restarts and verifies', async () => {
  await mark('annotations', 'argocd.argoproj.io/tracking-id', 'spaces');
  const run: Run = await withGitOps(byOthers, printed);
  expect(run.outputs).toMatchObject({ verdict: 'applied', verified: 'true', changed: 'true' });
  expect(`${printed(run.log.split('\n'))}\n`).toBe(run.outputs['helm-values']);
  expect(jsonOf(run, 'restarted')).toEqual(hosts());
  for (const namespace of hosts())
    expect(await annotationsOf(scene, namespace)).toEqual({ [ANNOTATION]: roleArn(scene) });
  expect(await identities()).toEqual([irsa(roleArn(scene)), irsa(roleArn(scene))]);
  // The first is the installation, the second the one that the GitOps tool made.
  expect(await helmHistory(scene)).toHaveLength(2);
});

test('from then on nothing is to do, with either setting', async () => {
  for (const inputs of [byOthers, apply]) {
    const run = await scene.succeed(inputs);
    expect(run.outputs).toMatchObject({ changed: 'false', 'change-count': '0', verified: 'true' });
  }
});

test('what nobody sets is waited for in vain, and the values are named', async () => {
  await upgradeByHand(scene, sharedSecretsValues({ serviceAccount: { customAnnotations: null } }));
  const run = await scene.fail('timed-out', { ...byOthers, 'wait-timeout': '5s' });
  expect(errorOf(run)).toContain(
    "someone else sets the Space's values: put what the output `helm-values` has into them",
  );
  expect(await helmHistory(scene)).toHaveLength(3);
});

test('`destroy` with `annotate: none` waits until the value is gone from the repository', async () => {
  await upgradeByHand(
    scene,
    sharedSecretsValues({ serviceAccount: { customAnnotations: { [ANNOTATION]: roleArn(scene) } } }),
  );
  await scene.succeed(byOthers);
  const run = await withGitOps({ ...byOthers, mode: 'destroy' }, () =>
    sharedSecretsValues({ serviceAccount: { customAnnotations: { [ANNOTATION]: null } } }),
  );
  expect(run.outputs).toMatchObject({ verdict: 'destroyed' });
  expect(scene.world.aws.iam.role(ROLE_NAME)).toBeUndefined();
  expect(await identities()).toEqual([none, none]);
});

test('without a Helm release, as Argo CD leaves none, Spaces is not upgraded either', async () => {
  await mark('annotations', 'argocd.argoproj.io/tracking-id', '');
  await scene.world.kubectl([
    'delete',
    'secret',
    '--namespace',
    RELEASE_NAMESPACE,
    '--selector',
    'owner=helm',
  ]);
  const run = await scene.fail('gitops-managed', apply);
  expect(run.writes).toEqual([]);
  expect(errorOf(run)).toContain('there is no Helm release upbound-system/spaces, and yet Spaces runs here');
  const pods = await scene.succeed({ ...apply, identity: 'pod-identity', annotate: 'none' });
  expect(pods.outputs).toMatchObject({ verdict: 'applied', verified: 'true' });
});
