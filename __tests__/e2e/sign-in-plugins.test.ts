/** A kubeconfig that signs in by a plug-in, with the real kubectl and helm: one that hangs ends with the run, and none sees a secret of the job. */
import { readFileSync } from 'node:fs';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { waitFor } from '../../sandbox/kubernetes/wait.ts';
import { errorOf, useScene } from './support/scene.ts';

const scene = useScene({ controlPlanes: 1, groups: 1 });
const schema = z.looseObject({
  clusters: z.tuple([z.looseObject({ name: z.string(), cluster: z.looseObject({ server: z.string() }) })]),
  users: z.tuple([
    z.object({
      name: z.string(),
      user: z.object({ 'client-certificate-data': z.string(), 'client-key-data': z.string() }),
    }),
  ]),
});

interface Plugin {
  readonly kubeconfig: string;
  /** Where the script leaves what it has seen. */
  readonly directory: string;
}

const decoded = (text: string): string => Buffer.from(text, 'base64').toString();

/** The administrator's kubeconfig, which signs in by this shell script. `$1`: its directory, `$2`: the answer as a file. */
async function plugin(name: string, script: string): Promise<Plugin> {
  const directory = join(scene.world.dir, name);
  await mkdir(directory);
  const config = schema.parse(parse(await readFile(scene.world.cluster.adminKubeconfig, 'utf8')));
  const [{ name: user, user: keys }] = config.users;
  const answer = {
    apiVersion: 'client.authentication.k8s.io/v1',
    kind: 'ExecCredential',
    status: {
      clientCertificateData: decoded(keys['client-certificate-data']),
      clientKeyData: decoded(keys['client-key-data']),
    },
  };
  const answerFile = join(directory, 'answer');
  await writeFile(answerFile, JSON.stringify(answer), { mode: 0o600 });
  const exec = {
    apiVersion: answer.apiVersion,
    command: '/bin/sh',
    args: ['-c', script, 'plug-in', directory, answerFile],
    env: [{ name: 'PLUGIN_OPTION', value: 'of-the-kubeconfig' }],
    interactiveMode: 'Never',
  };
  return { kubeconfig: stringify({ ...config, users: [{ name: user, user: { exec } }] }), directory };
}

/** Writes down its caller, itself and what it has started, and never answers. */
const HANGS =
  'sleep 100000 & echo "$PPID $$ $!" > "$1/pids.$$.part"; mv "$1/pids.$$.part" "$1/pids.$$"; wait';
const pidsIn = async (directory: string): Promise<readonly number[]> => {
  const files = (await readdir(directory)).filter((name) => /^pids\.\d+$/.test(name));
  const texts = await Promise.all(files.map((name) => readFile(join(directory, name), 'utf8')));
  return texts.flatMap((text) => text.trim().split(' ').map(Number));
};

/** What has ended and only waits for its parent to see it runs no more. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

async function expectNothingLeft(directory: string): Promise<void> {
  const pids = await pidsIn(directory);
  expect(pids.length).toBeGreaterThanOrEqual(3);
  await waitFor({
    what: `the end of ${pids.join(', ')}`,
    timeoutMs: 10_000,
    check: () => Promise.resolve(!pids.some(isRunning)),
  });
}

/** The minutes of a call to the cluster go by in three seconds: timers of Node's, before the action is loaded. */
const HASTE = `
const real = globalThis.setTimeout;
globalThis.setTimeout = Object.assign(
  (act, ms, ...rest) => real(act, ms === 300_000 ? 3_000 : ms, ...rest), real);
const timeout = AbortSignal.timeout;
AbortSignal.timeout = (ms) => timeout(ms === 60_000 ? 3_000 : ms);
`;

/** For the program of this name; the other one gets its answer. */
const onlyFor = (program: string, script: string): string =>
  `if test "$(ps -o comm= -p "$PPID")" = ${program}; then ${script}; else cat "$2"; fi`;

test.each([
  ['kubectl', /no answer within 60 s/],
  ['helm', /helm did not end within 300 s and was stopped/],
])('one that hangs for %s is ended with it when the time for a call is up', async (program, said) => {
  const { kubeconfig, directory } = await plugin(`hangs-for-${program}`, onlyFor(program, HANGS));
  const haste = join(directory, 'haste.mjs');
  await writeFile(haste, HASTE);
  const env = { ...scene.world.environment(), NODE_OPTIONS: `--import=${haste}` };
  const run = await scene.fail('timed-out', { mode: 'apply', identity: 'pod-identity', kubeconfig }, { env });
  expect(errorOf(run)).toMatch(said);
  expect(errorOf(run)).toMatch(/The kubeconfig signs in by `[^`]+`, which may wait for an input/);
  expect(run.writes).toEqual([]);
  await expectNothingLeft(directory);
});

test('one that hangs is ended when the job is cancelled, before GitHub sends the second signal', async () => {
  const { kubeconfig, directory } = await plugin('cancelled', HANGS);
  const cancel = new AbortController();
  const inputs = { mode: 'plan', identity: 'pod-identity', kubeconfig };
  const running = scene.fail('cancelled', inputs, { signal: cancel.signal });
  try {
    await waitFor({
      what: 'the plug-in to be called',
      timeoutMs: 90_000,
      check: async () => (await pidsIn(directory)).length > 0,
    });
  } finally {
    cancel.abort();
    await Promise.allSettled([running]);
  }
  const run = await running;
  expect(run.cancelledBy).toBe('SIGINT');
  expect(run.postExitCode).toBe(0);
  await expectNothingLeft(directory);
});

const FAILS = 'echo "sso: the session of job-4711 is over" >&2; exit 7';

test('one that fails is named, with what it has printed', async () => {
  const { kubeconfig } = await plugin('fails', onlyFor('kubectl', FAILS));
  const inputs = { mode: 'check', identity: 'pod-identity', kubeconfig };
  const run = await scene.fail('cluster-access-denied', inputs);
  expect(errorOf(run)).toMatch(/sso: the session of job-4711 is over/);
  expect(errorOf(run)).toMatch(/The kubeconfig signs in by a program: \S*sh was started and failed/);
});

test('a file that the kubeconfig names is not on the runner', async () => {
  const config = schema.parse(parse(await readFile(scene.world.cluster.adminKubeconfig, 'utf8')));
  const [{ name, cluster }] = config.clusters;
  const lost = { server: cluster.server, 'certificate-authority': '/no/such/ca.crt' };
  const kubeconfig = stringify({ ...config, clusters: [{ name, cluster: lost }] });
  const run = await scene.fail('invalid-input', { mode: 'check', identity: 'pod-identity', kubeconfig });
  expect(errorOf(run)).toMatch(/open \/no\/such\/ca\.crt: no such file/);
});

/** Writes its environment down under the name of the program that called it, then signs in. */
const TELLS = 'env > "$1/env.$(basename "$(ps -o comm= -p "$PPID")").$$"; cat "$2"';

test('neither kubectl nor helm hands it a secret of the job', async () => {
  const { kubeconfig, directory } = await plugin('tells', TELLS);
  const { world } = scene;
  const env = {
    ...world.environment(),
    MY_DEPLOY_TOKEN: 'deploy-token-of-the-job',
    NPM_TOKEN: 'npm-token-of-the-job',
  };
  const run = await scene.succeed({ mode: 'apply', identity: 'irsa', kubeconfig }, { env });
  expect(run.outputs).toMatchObject({ verdict: 'applied', verified: 'true' });

  const files = (await readdir(directory)).filter((name) => name.startsWith('env.'));
  expect(new Set(files.map((name) => name.split('.')[1]))).toEqual(new Set(['kubectl', 'helm']));
  const secrets = ['deploy-token-of-the-job', 'npm-token-of-the-job', world.registry.password];
  secrets.push(world.github.token, world.github.idTokenRequestToken);
  for (const file of files) {
    const text = await readFile(join(directory, file), 'utf8');
    // It is the whole of it: also what a plug-in needs, and what the kubeconfig gives it.
    expect(text).toMatch(/^PATH=.+$/m);
    expect(text).toMatch(/^PLUGIN_OPTION=of-the-kubeconfig$/m);
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
    expect(text).not.toMatch(/^(INPUT_|GITHUB_|ACTIONS_|NODE_OPTIONS|MY_DEPLOY_TOKEN|NPM_TOKEN)/m);
  }
});
