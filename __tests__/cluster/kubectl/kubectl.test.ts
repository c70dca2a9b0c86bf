/** How kubectl is called, and when a read is repeated. */
import { expect, test } from '@jest/globals';
import { CALL_MS, clusterLimit } from '../../../src/cluster/time-limits.ts';
import { Failure } from '../../../src/model/failure.ts';
import { refused } from '../../tools/fakes.ts';
import { access, kubectlSetup, clusterCaller } from './setup.ts';

test('each call names kubeconfig, context, cache and request timeout, in a clean environment, with a fresh token', async () => {
  const { kubectl, requests, way } = kubectlSetup(() => 'out');
  expect(await kubectl.read('list', ['get', 'pods'])).toBe('out');
  await kubectl.run('apply', ['apply'], { stdin: 'stdin' });
  expect(requests[0]).toEqual({
    file: '/tools/kubectl',
    args: [
      'get',
      'pods',
      '--kubeconfig=/private/kubeconfig',
      '--context=space-prod',
      '--cache-dir=/private/cache',
      '--request-timeout=60s',
    ],
    env: { PATH: '/bin', KUBERC: 'off', KUBECTL_KUBERC: 'false' },
    tried: 'list',
    stdin: undefined,
    limit: clusterLimit(clusterCaller(), access()),
  });
  expect(requests[1]?.stdin).toBe('stdin');
  expect(way.refreshed()).toBe(2);
});

test("the user's own kubeconfig may need AWS credentials", async () => {
  const { kubectl, requests } = kubectlSetup(() => '', clusterCaller(), access({ keepAwsCredentials: true }));
  await kubectl.read('list', ['get', 'pods']);
  expect(requests[0]?.env).toMatchObject({ AWS_SECRET_ACCESS_KEY: 'secret' });
});

test('a read is repeated while the API server is busy, twice at most', async () => {
  const busy = refused('Error from server (TooManyRequests): later');
  let calls = 0;
  const once = kubectlSetup(() => ((calls += 1) === 1 ? busy : 'out'));
  expect(await once.kubectl.read('list the pods', ['get'])).toBe('out');
  expect(once.log.lines).toEqual(['list the pods: the API server is busy; next attempt in 2 s']);
  const always = kubectlSetup(() => busy);
  await expect(always.kubectl.read('list the pods', ['get'])).rejects.toMatchObject({ reason: 'throttled' });
  expect(always.clock.slept).toEqual([2_000, 5_000]);
  expect(always.requests).toHaveLength(3);
});

test('a read is repeated when something else answered it', async () => {
  let calls = 0;
  const garbled = refused('error: unexpected end of JSON input');
  const answers = () => ((calls += 1) === 1 ? garbled : 'out');
  const made = kubectlSetup(answers);
  expect(await made.kubectl.read('list the pods', ['get'])).toBe('out');
  expect(made.log.lines).toEqual([
    'list the pods: the answer was not one of the API server, or not whole; next attempt in 2 s',
  ]);
});

test('who is not known any more is told of a session that is over, not of an access entry that is missing', async () => {
  const over = new Failure('sign-in-denied', { tried: 'ask', said: 'ExpiredToken', next: 'Sign in again.' });
  const unknown = refused('error: You must be logged in to the server (Unauthorized)');
  let confirmed = 0;
  const confirm = async (): Promise<void> => {
    confirmed += 1;
    await (confirmed === 1 ? Promise.reject(over) : Promise.resolve());
  };
  const { kubectl } = kubectlSetup(() => unknown, clusterCaller(), access({ confirm }));
  await expect(kubectl.read('list', ['get'])).rejects.toBe(over);
  // The session is good: then it is the cluster that does not let it in.
  await expect(kubectl.read('list', ['get'])).rejects.toMatchObject({ reason: 'cluster-access-denied' });
  const other = kubectlSetup(() => refused('error: something odd'), clusterCaller(), access({ confirm }));
  await expect(other.kubectl.read('list', ['get'])).rejects.toMatchObject({
    reason: 'cluster-access-denied',
  });
  expect(confirmed).toBe(2);
});

test('a clear answer is not asked for twice', async () => {
  const { kubectl, requests } = kubectlSetup(() => refused('error: something odd'));
  await expect(kubectl.read('list the pods', ['get'])).rejects.toMatchObject({
    reason: 'cluster-access-denied',
    details: { tried: 'list the pods', said: 'error: something odd' },
  });
  expect(requests).toHaveLength(1);
});

test('a kubectl that hangs is given up; the plug-in of a given kubeconfig is named', async () => {
  const own = kubectlSetup(() => '');
  await own.kubectl.run('list', ['get', 'pods'], { limitMs: 1_000 });
  expect(own.requests[0]?.limit).toMatchObject({
    ms: 1_000,
    reason: 'timed-out',
    next: expect.stringContaining('The API server of space-prod takes too long'),
  });
  const given = clusterCaller({ kubeconfigGiven: true });
  const plain = kubectlSetup(() => '', given);
  await plain.kubectl.run('list', ['get', 'pods']);
  expect(plain.requests[0]?.limit.next).toContain('The API server of space-prod takes too long');
  const byPlugin = kubectlSetup(() => '', given, access({ plugin: '/opt/bin/corporate-login' }));
  await byPlugin.kubectl.run('list', ['get', 'pods']);
  expect(byPlugin.requests[0]?.limit).toMatchObject({
    ms: CALL_MS,
    next: expect.stringContaining(
      'The kubeconfig signs in by `/opt/bin/corporate-login`, which may wait for an input',
    ),
  });
});
