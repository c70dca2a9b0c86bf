/** The dry run of new pods: what kubectl is asked, and what is read of its answers and refusals. */
import { expect, test } from '@jest/globals';
import { createKubernetesReader } from '../../../src/cluster/kubectl/reader.ts';
import type { PodSample } from '../../../src/model/evidence.ts';
import { kubectlSetup } from './setup.ts';
import { ROLE } from './workload-lines.ts';

const MADE_AT = '2026-11-24T10:00:00Z';
const sample = (n: number): PodSample => ({
  namespace: `mxp-${n}-system`,
  serviceAccount: 'external-secrets-controller',
  labels: { app: 'eso' },
});
const MOUNT_PATH = '/var/run/secrets/eks.amazonaws.com/serviceaccount';
const env = [
  { name: 'AWS_ROLE_ARN', value: ROLE },
  { name: 'AWS_WEB_IDENTITY_TOKEN_FILE', value: `${MOUNT_PATH}/token` },
  { name: 'OTHER', value: 'x' },
];
const volumeMounts = [{ name: 'aws-iam-token', mountPath: MOUNT_PATH, readOnly: true }];
const sources = [{ serviceAccountToken: { audience: 'sts.amazonaws.com', path: 'token' } }];
const CONTROLLER = { name: 'controller', env, volumeMounts };

/** As kubectl prints one object after the other. */
const answer = (n: number, containers: readonly object[] = [CONTROLLER]) =>
  `${JSON.stringify(
    {
      kind: 'Pod',
      apiVersion: 'v1',
      metadata: { name: 'x', namespace: `mxp-${n}-system`, uid: `${n}`, creationTimestamp: MADE_AT },
      spec: { containers, volumes: [{ name: 'tmp' }, { name: 'aws-iam-token', projected: { sources } }] },
    },
    undefined,
    4,
  )}\n`;

const FORBIDDEN = (n: number) =>
  `Error from server (Forbidden): error when creating "STDIN": pods is forbidden: User "ci" cannot create resource "pods" in API group "" in the namespace "mxp-${n}-system"\n`;
const QUOTA =
  'Error from server (Forbidden): error when creating "STDIN": pods "eso-" is forbidden: exceeded quota: few, requested: pods=1\n';
const WEBHOOK =
  'Error from server: error when creating "STDIN": admission webhook "deny.example" denied the request: no\nnot here\n';

function setup(answers: Parameters<typeof kubectlSetup>[0]) {
  const made = kubectlSetup(answers);
  return { ...made, reader: createKubernetesReader(made.kubectl, { name: 'spaces' }, true) };
}

const forecastOf = async (stdout: string, stderr: string, ...samples: readonly PodSample[]) => {
  const { reader } = setup(() => ({ code: stderr === '' ? 0 : 1, stdout, stderr }));
  return await reader.forecast(samples);
};

test('a thousand pods are tried by one process, in a dry run of the server', async () => {
  const samples = Array.from({ length: 1000 }, (_, n) => sample(n));
  const { reader, requests } = setup(() => samples.map((_, n) => answer(n)).join(''));
  const found = await reader.forecast(samples);
  expect(found.size).toBe(1000);
  expect(found.get('mxp-999-system')).toMatchObject({
    kind: 'pod',
    pod: { namespace: 'mxp-999-system', irsaRoleArn: ROLE, irsaAudience: 'sts.amazonaws.com' },
  });
  expect(requests).toHaveLength(1);
  expect(requests[0]?.args.slice(0, 2)).toEqual(['create', '--dry-run=server']);
  const manifest: unknown = JSON.parse(requests[0]?.stdin ?? '');
  expect(manifest).toMatchObject({ apiVersion: 'v1', kind: 'List' });
  expect(manifest).toHaveProperty('items.999.metadata', {
    namespace: 'mxp-999-system',
    generateName: 'external-secrets-controller-',
    labels: { app: 'eso' },
  });
  expect(manifest).toHaveProperty('items.999.spec.serviceAccountName', 'external-secrets-controller');
});

test('nobody to try: nothing runs', async () => {
  const { reader, requests } = setup(() => '');
  expect((await reader.forecast([])).size).toBe(0);
  expect(requests).toEqual([]);
});

test('a sidecar that another webhook adds is not asked for an identity', async () => {
  const found = await forecastOf(answer(1, [CONTROLLER, { name: 'proxy' }]), '', sample(1));
  expect(found.get('mxp-1-system')).toMatchObject({ pod: { irsaRoleArn: ROLE } });
});

test('what a webhook adds from elsewhere is known by its name', async () => {
  const keys = { name: 'AWS_ACCESS_KEY_ID', valueFrom: { secretKeyRef: { name: 'x' } } };
  const envFrom = [{ secretRef: { name: 'keys' } }, { prefix: 'AWS_', configMapRef: { name: 'region' } }];
  const found = await forecastOf(answer(1, [{ name: 'controller', env: [keys], envFrom }]), '', sample(1));
  expect(found.get('mxp-1-system')).toMatchObject({
    pod: { otherSources: ['AWS_ACCESS_KEY_ID'], unreadSources: ['secret keys', 'config map region'] },
  });
});

test('what is no pod is no answer', async () => {
  const found = await forecastOf('W: x\n{"kind":"Status"}\n{ broken', 'error: odd\n', sample(1));
  expect(Object.fromEntries(found)).toEqual({ 'mxp-1-system': { kind: 'refused', said: 'error: odd' } });
});

test('refusals belong to those that got no answer, in their order', async () => {
  const found = await forecastOf(answer(2), QUOTA + WEBHOOK, sample(1), sample(2), sample(3));
  expect(Object.fromEntries(found)).toMatchObject({
    'mxp-1-system': { kind: 'refused', said: expect.stringMatching(/exceeded quota: few/) },
    'mxp-2-system': { kind: 'pod' },
    'mxp-3-system': { kind: 'refused', said: expect.stringMatching(/denied the request: no\nnot here$/) },
  });
  expect(found.get('mxp-3-system')).not.toMatchObject({ said: expect.stringMatching(/quota/) });
});

test('what can’t be told apart is told of each', async () => {
  const found = await forecastOf('', QUOTA, sample(1), sample(2));
  expect([...found.values()]).toMatchObject([{ kind: 'refused' }, { kind: 'refused' }]);
});

test('where the job may not make pods, there is no answer', async () => {
  expect((await forecastOf('', FORBIDDEN(1) + FORBIDDEN(2), sample(1), sample(2))).size).toBe(0);
  const some = await forecastOf(answer(1), FORBIDDEN(2), sample(1), sample(2));
  expect([...some.keys()]).toEqual(['mxp-1-system']);
});

test.each([
  ['error: You must be logged in to the server (Unauthorized)\n', 'cluster-access-denied', 1],
  ['Error from server (TooManyRequests): too many requests\n', 'throttled', 3],
])('what is about the call and not a pod is a failure: %s', async (stderr, reason, tries) => {
  const { reader, requests } = setup(() => ({ code: 1, stderr }));
  await expect(reader.forecast([sample(1)])).rejects.toMatchObject({
    reason,
    details: { tried: 'try new pods in a dry run' },
  });
  expect(requests).toHaveLength(tries);
});
