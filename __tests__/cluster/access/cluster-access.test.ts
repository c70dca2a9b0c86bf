/** Access to the cluster: by a token that is renewed, and by a kubeconfig of the user. */
import { mkdtemp, readFile, readdir, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { beforeEach, expect, test } from '@jest/globals';
import { accessByKubeconfig, accessByToken } from '../../../src/cluster/access/cluster-access.ts';
import { kubeconfigFor } from '../../../src/cluster/access/kubeconfig.ts';
import { cluster } from '../../support/factories.ts';
import { fakeLog } from '../../tools/fakes.ts';
import { fakeClock } from '../../support/fake-clock.ts';

let directory: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'access-'));
});

const MINUTE = 60_000;

const confirm = async (): Promise<void> => {
  await Promise.resolve();
};

function signed(token: () => Promise<string>, checkEveryMs?: number) {
  const clock = fakeClock();
  const log = fakeLog();
  const more = checkEveryMs === undefined ? {} : { checkEveryMs };
  return {
    clock,
    log,
    made: accessByToken({ cluster: cluster(), token, confirm, directory, clock, log, ...more }),
  };
}

/** Tokens t1, t2, ... */
function counting() {
  let count = 0;
  return { token: () => Promise.resolve(`t${(count += 1)}`), count: () => count };
}

const onDisk = () => readFile(join(directory, 'token'), 'utf8');

test('signs in with a kubeconfig and a token file that only the owner may read', async () => {
  const access = await signed(counting().token).made;
  await access.refresh();
  expect(access).toMatchObject({
    kubeconfig: join(directory, 'kubeconfig'),
    context: 'space-prod',
    keepAwsCredentials: false,
  });
  expect(await readFile(access.kubeconfig, 'utf8')).toBe(kubeconfigFor(cluster(), join(directory, 'token')));
  for (const file of ['kubeconfig', 'token']) {
    expect((await stat(join(directory, file))).mode & 0o777).toBe(0o600);
  }
});

test('a token is renewed after eight minutes, and once for calls side by side', async () => {
  const { token, count } = counting();
  const { made, clock } = signed(token);
  const access = await made;
  expect(count()).toBe(0);
  await Promise.all([access.refresh(), access.refresh(), access.refresh()]);
  clock.advance(8 * MINUTE - 1);
  await access.refresh();
  expect(await onDisk()).toBe('t1');
  clock.advance(1);
  await access.refresh();
  expect(await onDisk()).toBe('t2');
  expect(count()).toBe(2);
});

test('a token that can not be made fails the call, and the next call tries again', async () => {
  let fail = true;
  const access = await signed(() => (fail ? Promise.reject(new Error('denied')) : Promise.resolve('t'))).made;
  await expect(access.refresh()).rejects.toThrow('denied');
  fail = false;
  await access.refresh();
  expect(await onDisk()).toBe('t');
});

test('during long work the token is renewed; a failed renewal is a warning; afterwards nothing runs on', async () => {
  const { token, count } = counting();
  let fail = false;
  const { made, clock, log } = signed(() => (fail ? Promise.reject(new Error('denied')) : token()), 5);
  const access = await made;
  const result = await access.during(async () => {
    clock.advance(9 * MINUTE);
    while (count() < 2) await sleep(5);
    fail = true;
    clock.advance(9 * MINUTE);
    while (log.warnings.length === 0) await sleep(5);
    fail = false;
    while (count() < 3) await sleep(5);
    return 'done';
  });
  expect(result).toBe('done');
  expect(log.warnings[0]).toBe('The cluster token could not be renewed: Error: denied');
  clock.advance(9 * MINUTE);
  await sleep(30);
  expect(count()).toBe(3);
});

const given = (kubeconfig: string, context?: string) => {
  const log = fakeLog();
  const made = accessByKubeconfig(
    { kubeconfig, ...(context === undefined ? {} : { context }) },
    { cluster: cluster(), directory, log },
  );
  return { log, made };
};

test('a given path is used where it lies; without a plug-in it needs no AWS credentials', async () => {
  const path = join(directory, 'mine');
  await writeFile(path, kubeconfigFor(cluster(), '/token'));
  const { made, log } = given(`${path}\n`);
  const access = await made;
  expect(access).toMatchObject({ kubeconfig: path, context: 'space-prod', keepAwsCredentials: false });
  expect(await readdir(directory)).toEqual(['mine']);
  expect(log.warnings).toEqual([]);
  await access.refresh();
  expect(await access.during(() => Promise.resolve(1))).toBe(1);
});

test('a kubeconfig that signs in by a plug-in keeps the AWS credentials of the job for it', async () => {
  const withPlugin = kubeconfigFor(cluster(), '/token').replace(
    'tokenFile: /token',
    'exec: { command: aws }',
  );
  expect(await given(withPlugin).made).toMatchObject({ keepAwsCredentials: true, plugin: 'aws' });
});

test('a given text is written to a private file; another server is a warning', async () => {
  const other = { ...cluster(), endpoint: 'https://other.example' };
  const { made, log } = given(kubeconfigFor(other, '/token'), 'space-prod');
  const access = await made;
  expect((await stat(access.kubeconfig)).mode & 0o777).toBe(0o600);
  expect(log.warnings).toEqual([expect.stringContaining('https://other.example')]);
});

test('a control plane is refused before its kubeconfig is written', async () => {
  const server = 'https://s.example/apis/spaces.upbound.io/v1beta1/namespaces/g/controlplanes/n/k8s';
  const { made } = given(kubeconfigFor({ ...cluster(), endpoint: server }, '/token'));
  await expect(made).rejects.toMatchObject({ reason: 'not-a-space' });
  expect(await readdir(directory)).toEqual([]);
});

test('a path to nothing is the fault of the input, and is not quoted: it may be a secret', async () => {
  await expect(given(join(directory, 'nothing')).made).rejects.toMatchObject({
    reason: 'invalid-input',
    message: expect.not.stringContaining('nothing'),
    details: { said: expect.stringContaining("as a path it can't be read (ENOENT)") },
  });
});
