/** The dry run of new pods: what the API server is asked, and what is read of its answers and refusals. */
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { createKubernetesReader } from '../../../src/cluster/objects/reader.ts';
import type { PodSample } from '../../../src/model/evidence.ts';
import { answered, BUSY, fakeApi, NO_SUCH_PATH, type Reply, said } from '../api/fake-api.ts';
import { kubectlSetup } from '../kubectl/setup.ts';
import { container, env, IRSA, MADE_AT, ROLE, VOLUMES } from './workload-objects.ts';

const NAMESPACE = (n: number): string => `mxp-${n}-system`;
const sample = (n: number): PodSample => ({
  namespace: NAMESPACE(n),
  serviceAccount: 'external-secrets-controller',
  labels: { app: 'eso' },
});
const CONTROLLER = container(IRSA, { name: 'controller' });

/** A pod as the API server would have made it. */
const made = (n: number, containers: readonly object[] = [CONTROLLER]) =>
  answered(201, {
    kind: 'Pod',
    metadata: { name: 'x', namespace: NAMESPACE(n), uid: `${n}`, creationTimestamp: MADE_AT },
    spec: { containers, volumes: VOLUMES },
  });
const forbidden = (n: number) =>
  said(
    403,
    'Forbidden',
    `pods is forbidden: User "ci" cannot create resource "pods" in API group "" in the namespace "${NAMESPACE(n)}"`,
  );
const QUOTA = said(403, 'Forbidden', 'pods "eso-" is forbidden: exceeded quota: few, requested: pods=1');
const WEBHOOK = said(400, '', 'admission webhook "deny.example" denied the request: no\nnot here');

function setup(replies: readonly Reply[]) {
  const at = replies.map((reply, n): [string, Reply] => [`/api/v1/namespaces/${NAMESPACE(n)}/pods`, reply]);
  const { api, asked, paths } = fakeApi(Object.fromEntries(at));
  const reader = createKubernetesReader(api, kubectlSetup(() => '').kubectl, {
    release: { name: 'spaces' },
    kubeconfigGiven: true,
    readsSecrets: true,
  });
  return { asked, paths, forecast: async () => await reader.forecast(replies.map((_, n) => sample(n))) };
}

const forecastOf = async (...replies: readonly Reply[]) => {
  const found = await setup(replies).forecast();
  return (n: number) => found.get(NAMESPACE(n));
};

const bodySchema = z.object({
  metadata: z.record(z.string(), z.unknown()),
  spec: z.looseObject({ serviceAccountName: z.string() }),
});

test('each pod is tried in a dry run, and nothing is kept', async () => {
  const { asked, forecast } = setup(Array.from({ length: 25 }, (_, n) => made(n)));
  const found = await forecast();
  expect(found.size).toBe(25);
  expect(found.get(NAMESPACE(24))).toMatchObject({
    kind: 'pod',
    pod: { namespace: NAMESPACE(24), irsaRoleArn: ROLE, irsaAudience: 'sts.amazonaws.com' },
  });
  expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual(
    Array.from({ length: 25 }, (_, n) => `POST /api/v1/namespaces/${NAMESPACE(n)}/pods?dryRun=All`),
  );
  const body = bodySchema.parse(asked[24]?.body);
  expect(body.metadata).toEqual({
    namespace: NAMESPACE(24),
    generateName: 'external-secrets-controller-',
    labels: { app: 'eso' },
  });
  expect(body.spec.serviceAccountName).toBe('external-secrets-controller');
});

test('nobody to try: nothing is asked', async () => {
  const { asked, forecast } = setup([]);
  expect((await forecast()).size).toBe(0);
  expect(asked).toEqual([]);
});

test('a sidecar that another webhook adds is not asked for an identity', async () => {
  const of = await forecastOf(made(0, [CONTROLLER, container([], { name: 'proxy' })]));
  expect(of(0)).toMatchObject({ pod: { irsaRoleArn: ROLE } });
});

test('what a webhook adds from elsewhere is known by its name', async () => {
  const envFrom = [{ secretRef: { name: 'keys' } }, { prefix: 'AWS_', configMapRef: { name: 'region' } }];
  const of = await forecastOf(
    made(0, [container([env('AWS_ACCESS_KEY_ID', 'x')], { name: 'controller', envFrom })]),
  );
  expect(of(0)).toMatchObject({
    pod: { otherSources: ['AWS_ACCESS_KEY_ID'], unreadSources: ['secret keys', 'config map region'] },
  });
});

test('each refusal belongs to its own pod', async () => {
  const of = await forecastOf(QUOTA, made(1), WEBHOOK, forbidden(3));
  expect(of(0)).toEqual({
    kind: 'refused',
    said: 'Error from server (Forbidden): pods "eso-" is forbidden: exceeded quota: few, requested: pods=1',
  });
  expect(of(1)).toMatchObject({ kind: 'pod' });
  expect(of(2)).toMatchObject({
    kind: 'refused',
    said: expect.stringMatching(/denied the request: no\nnot here$/),
  });
  expect(of(3)).toBeUndefined();
});

test('where the job may not make pods at all, it does not try a thousand', async () => {
  const { asked, forecast } = setup(Array.from({ length: 40 }, (_, n) => forbidden(n)));
  expect((await forecast()).size).toBe(0);
  expect(asked).toHaveLength(10);
});

test.each<[string, Reply, string, number]>([
  ['not signed in', said(401, 'Unauthorized', 'Unauthorized'), 'cluster-access-denied', 2],
  ['busy', BUSY, 'throttled', 3],
  ['no answer of an API server', answered(200, '{}'), 'timed-out', 3],
  ['no such path', NO_SUCH_PATH, 'not-a-space', 1],
])('what is about the call and not a pod is a failure: %s', async (_, reply, reason, tries) => {
  const { asked, forecast } = setup([reply]);
  await expect(forecast()).rejects.toMatchObject({
    reason,
    details: { tried: 'try new pods in a dry run' },
  });
  expect(asked).toHaveLength(tries);
});
