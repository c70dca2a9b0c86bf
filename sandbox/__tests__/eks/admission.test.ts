/** What a new pod is given, by annotation and by association. */
import { expect, test } from '@jest/globals';
import { z } from 'zod';
import { answerReview } from '../../eks/admission.ts';
import type { V1Container, V1EnvVar, V1Volume } from '@kubernetes/client-node';

const role = 'arn:aws:iam::111122223333:role/shared-secrets';

interface Scene {
  readonly annotations?: Record<string, string>;
  readonly podAnnotations?: Record<string, string>;
  readonly associated?: boolean;
  readonly env?: V1EnvVar[];
  readonly initContainers?: V1Container[];
  readonly missNext?: number;
  readonly dryRun?: boolean;
}

const answer = z.object({
  response: z.object({ uid: z.literal('u1'), allowed: z.literal(true), patch: z.string().optional() }),
});
const operations = z.array(z.object({ op: z.literal('add'), path: z.string(), value: z.unknown() }));

/** What the webhook would set, by path. */
async function inject(scene: Scene): Promise<Map<string, unknown>> {
  const logged: string[] = [];
  const body = {
    apiVersion: 'admission.k8s.io/v1',
    kind: 'AdmissionReview',
    request: {
      uid: 'u1',
      namespace: 'mxp-1-system',
      ...(scene.dryRun !== undefined && { dryRun: scene.dryRun }),
      object: {
        metadata: { labels: { app: 'eso' }, annotations: scene.podAnnotations ?? {} },
        spec: {
          serviceAccountName: 'external-secrets-controller',
          containers: [{ name: 'main', env: scene.env ?? [] }, { name: 'side' }],
          initContainers: scene.initContainers ?? [],
          volumes: [{ name: 'kube-api-access' }],
        },
      },
    },
  };
  const account = { metadata: { annotations: scene.annotations ?? {} } };
  const answered = await answerReview(body, {
    accounts: { find: () => Promise.resolve(scene.annotations ? account : undefined) },
    region: 'eu-central-1',
    settings: { missNext: scene.missNext ?? 0 },
    associationInForce: () => scene.associated ?? false,
    log: (line) => logged.push(line),
  });
  const { patch } = answer.parse(answered).response;
  const text = patch === undefined ? '[]' : Buffer.from(patch, 'base64').toString();
  return new Map(operations.parse(JSON.parse(text)).map(({ path, value }) => [path, value]));
}

function containersOf(patch: Map<string, unknown>, path = '/spec/containers'): V1Container[] {
  return z.array(z.custom<V1Container>()).parse(patch.get(path));
}

function volumesOf(patch: Map<string, unknown>): V1Volume[] {
  return z.array(z.custom<V1Volume>()).parse(patch.get('/spec/volumes'));
}

function envOf(container: V1Container | undefined): Record<string, string | undefined> {
  return Object.fromEntries((container?.env ?? []).map(({ name, value }) => [name, value]));
}

const irsa = { 'eks.amazonaws.com/role-arn': role };

test('IRSA: role, token file and region in every container, and the token volume', async () => {
  const patch = await inject({ annotations: irsa, initContainers: [{ name: 'init' }] });
  const containers = [...containersOf(patch), ...containersOf(patch, '/spec/initContainers')];
  expect(containers.map(({ name }) => name)).toEqual(['main', 'side', 'init']);
  for (const container of containers) {
    expect(envOf(container)).toEqual({
      AWS_STS_REGIONAL_ENDPOINTS: 'regional',
      AWS_DEFAULT_REGION: 'eu-central-1',
      AWS_REGION: 'eu-central-1',
      AWS_ROLE_ARN: role,
      AWS_WEB_IDENTITY_TOKEN_FILE: '/var/run/secrets/eks.amazonaws.com/serviceaccount/token',
    });
    expect(container.volumeMounts).toEqual([
      {
        name: 'aws-iam-token',
        mountPath: '/var/run/secrets/eks.amazonaws.com/serviceaccount',
        readOnly: true,
      },
    ]);
  }
  const token = { audience: 'sts.amazonaws.com', expirationSeconds: 86_400, path: 'token' };
  expect(volumesOf(patch)).toEqual([
    { name: 'aws-iam-token', projected: { sources: [{ serviceAccountToken: token }] } },
    { name: 'kube-api-access' },
  ]);
  expect(patch.has('/metadata/labels')).toBe(false);
});

test('Pod Identity: wins over the annotation, and the pod gets its label', async () => {
  const patch = await inject({ annotations: irsa, associated: true });
  expect(envOf(containersOf(patch)[0])).toMatchObject({
    AWS_CONTAINER_CREDENTIALS_FULL_URI: 'http://169.254.170.23/v1/credentials',
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE:
      '/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token',
  });
  expect(envOf(containersOf(patch)[0])).not.toHaveProperty('AWS_ROLE_ARN');
  const token = volumesOf(patch)[0]?.projected?.sources?.[0]?.serviceAccountToken;
  expect(token).toMatchObject({ audience: 'pods.eks.amazonaws.com', path: 'eks-pod-identity-token' });
  expect(token?.expirationSeconds).toBeGreaterThan(79_199);
  expect(token?.expirationSeconds).toBeLessThanOrEqual(86_400);
  expect(patch.get('/metadata/labels')).toEqual({ app: 'eso', 'eks.amazonaws.com/pod-identity': 'enabled' });
});

test.each([
  ['an account that the webhook does not know', {}],
  ['an account without the annotation', { annotations: { other: 'x' } }],
  ['a role with a trailing blank', { annotations: { 'eks.amazonaws.com/role-arn': `${role} ` } }],
])('%s: the pod passes unchanged', async (_what, scene) => {
  expect((await inject(scene)).size).toBe(0);
});

test('a role with a path and another partition is well formed', async () => {
  const arn = 'arn:aws-us-gov:iam::111122223333:role/spaces/prod/shared+secrets@1';
  const patch = await inject({ annotations: { 'eks.amazonaws.com/role-arn': arn } });
  expect(envOf(containersOf(patch)[0])['AWS_ROLE_ARN']).toBe(arn);
});

test('a variable that is there is not overwritten, and keeps its whole group out', async () => {
  const env = [
    { name: 'AWS_ROLE_ARN', value: 'mine' },
    { name: 'AWS_REGION', value: 'us-east-1' },
  ];
  const patch = await inject({ annotations: irsa, env });
  expect(envOf(containersOf(patch)[0])).toEqual({
    AWS_ROLE_ARN: 'mine',
    AWS_REGION: 'us-east-1',
    AWS_STS_REGIONAL_ENDPOINTS: 'regional',
  });
});

test('audience and expiry come from annotations, with 600 seconds at least', async () => {
  const annotations = {
    ...irsa,
    'eks.amazonaws.com/audience': 'other',
    'eks.amazonaws.com/token-expiration': '60',
  };
  const patch = await inject({ annotations });
  const token = volumesOf(patch)[0]?.projected?.sources?.[0]?.serviceAccountToken;
  expect(token).toEqual({ audience: 'other', expirationSeconds: 600, path: 'token' });
});

test('containers that the pod names are skipped', async () => {
  const patch = await inject({
    annotations: irsa,
    podAnnotations: { 'eks.amazonaws.com/skip-containers': 'side, x' },
  });
  expect(containersOf(patch)[1]).toEqual({ name: 'side' });
});

test('misses a pod on request', async () => {
  expect((await inject({ annotations: irsa, missNext: 1 })).size).toBe(0);
  // A dry run has no effects, so it is no pod that is missed.
  expect((await inject({ annotations: irsa, missNext: 1, dryRun: true })).size).toBeGreaterThan(0);
});
