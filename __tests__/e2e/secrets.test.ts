/** Credentials stay where they belong, and nothing is left behind, whether the job ends well or is cancelled midway. */
import { readdirSync, statSync } from 'node:fs';
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { waitFor } from '../../sandbox/kubernetes/wait.ts';
import { controllerPods } from '../../sandbox/workload.ts';
import { helmHistory } from './support/cluster.ts';
import { injectedInto, irsa, podIdentity } from './support/identity.ts';
import { isPending } from './support/pending.ts';
import { ROLE_NAME } from './support/role.ts';
import { errorOf, namesOf, type Run, useScene } from './support/scene.ts';
import { expectNoSecrets, keyIn, masked } from './support/traces.ts';

const apply = { mode: 'apply', identity: 'irsa' };

const scene = useScene({ controlPlanes: 1, groups: 1, tools: 'downloads' });
const host = (): string => scene.world.hostNamespace('team-a', 'ctp-1');

/** While no node takes pods, neither a hook of the chart nor a rollout comes to its end. */
const cordon = () => scene.world.kubectl(['cordon', '--selector', 'kubernetes.io/os=linux']);
const uncordon = () => scene.world.kubectl(['uncordon', '--selector', 'kubernetes.io/os=linux']);

const isRollingOut = async (): Promise<boolean> =>
  (await controllerPods(scene, host())).some(({ status }) => status?.phase === 'Pending');

/** Runs apply and cancels the job when `isThere` comes true. */
async function cancelledWhen(
  isThere: () => Promise<boolean>,
  env: Record<string, string>,
  onLine: (line: string) => void = () => {},
): Promise<Run> {
  const cancel = new AbortController();
  let asked = 0;
  const running = scene.fail('cancelled', apply, { env, signal: cancel.signal, onLine });
  try {
    await waitFor({ what: 'the moment to cancel the job', timeoutMs: 90_000, check: isThere });
  } finally {
    cancel.abort();
    asked = scene.world.aws.calls.length;
    await Promise.allSettled([running]);
    await uncordon();
  }
  const run = await running;
  // The seconds that a cancelled job has are for the report.
  expect(namesOf(scene.world.aws.calls.slice(asked))).toEqual([]);
  return run;
}

/** A RUNNER_TEMP that the test knows beforehand, and the log at its fullest. */
async function jobWith(name: string): Promise<{ temp: string; env: Record<string, string> }> {
  const temp = join(scene.world.dir, name);
  await mkdir(temp);
  return { temp, env: { ...scene.world.environment(), RUNNER_TEMP: temp, RUNNER_DEBUG: '1' } };
}

async function expectCancelled(run: Run, temp: string): Promise<void> {
  expect(run.cancelledBy).toBe('SIGINT');
  expect(run.postExitCode).toBe(0);
  expect(errorOf(run)).toContain('the job was cancelled');
  expect(await readdir(temp)).toEqual([]);
  await expectNoSecrets(scene, run, { directories: [temp] });
}

test('a job that is cancelled during the Helm upgrade leaves the release free, and no file', async () => {
  const { temp, env } = await jobWith('cancelled-in-helm');
  await cordon();
  const run = await cancelledWhen(() => isPending(scene), env);

  await expectCancelled(run, temp);
  expect(errorOf(run)).toContain('helm status spaces --namespace upbound-system');
  await waitFor({
    what: 'the end of helm',
    timeoutMs: 30_000,
    check: async () => !(await isPending(scene)),
  });
  expect((await helmHistory(scene)).at(-1)?.status).toMatch(/^(failed|deployed)$/);
  expect(run.outputs).toMatchObject({ verdict: 'error', changed: 'true' });
});

test('a job that is cancelled while it waits for a rollout leaves no file', async () => {
  const { temp, env } = await jobWith('cancelled-in-rollout');
  const modes: Record<string, number> = {};
  let cordoned: Promise<unknown> | undefined;
  const run = await cancelledWhen(isRollingOut, env, (line) => {
    if (!line.includes('Annotations: 1')) return;
    cordoned = cordon();
    Object.assign(modes, modesIn(temp));
  });
  await cordoned;

  await expectCancelled(run, temp);
  expect(modes).toEqual({ '': 0o700, kubeconfig: 0o600, token: 0o600 });
});

/** The modes of a run's own directory and of the files with credentials in it. */
function modesIn(temp: string): Record<string, number> {
  const [own = ''] = readdirSync(temp).map((name) => join(temp, name));
  return Object.fromEntries(
    ['', 'kubeconfig', 'token'].map((name) => [name, statSync(join(own, name)).mode & 0o777]),
  );
}

test('the next run ends what the cancelled ones began', async () => {
  const run = await scene.succeed(apply);
  expect(run.writes).toEqual([]);
  expect(run.outputs).toMatchObject({ verdict: 'applied', verified: 'true' });
  const roleArn = scene.world.aws.iam.arn(`role/${ROLE_NAME}`);
  expect((await controllerPods(scene, host())).map(injectedInto)).toEqual([irsa(roleArn)]);
  expect((await helmHistory(scene)).at(-1)?.status).toBe('deployed');
});

test('a whole run, with a kubeconfig of the user: no credential in anything that it leaves', async () => {
  const { temp, env } = await jobWith('whole');
  const kubeconfig = await readFile(scene.world.cluster.adminKubeconfig, 'utf8');
  const left: Record<string, number> = {};
  const laterSteps = (): Promise<void> => {
    const [own = ''] = readdirSync(temp).map((name) => join(temp, name));
    for (const name of readdirSync(own)) left[name] = statSync(join(own, name)).mode & 0o777;
    return Promise.resolve();
  };
  const run = await scene.succeed(
    { mode: 'apply', identity: 'pod-identity', kubeconfig },
    { env, laterSteps },
  );

  // Of all that it has needed, nothing lies there while later steps run.
  const reports = ['findings.sarif', 'plan.json', 'result.json', 'verification.json'];
  expect(left).toEqual(Object.fromEntries(reports.map((name) => [name, 0o600])));
  expect((await controllerPods(scene, host())).map(injectedInto)).toEqual([podIdentity]);
  expect(run.postExitCode).toBe(0);
  expect(await readdir(temp)).toEqual([]);
  const values = masked(run);
  for (const secret of [scene.world.registry.password, scene.world.github.token])
    expect(values).toContain(secret);
  expect(values.some((value) => value.startsWith('ASIA'))).toBe(true);
  expect(values.some((value) => value.startsWith('eyJ'))).toBe(true);
  await expectNoSecrets(scene, run, {
    directories: [temp],
    more: { 'the key of the kubeconfig': keyIn(kubeconfig) },
  });
});
