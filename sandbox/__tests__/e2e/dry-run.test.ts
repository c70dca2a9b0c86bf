/** Pods that a server-side dry run makes: EKS's webhook answers them as it answers real ones, and nothing comes of it. */
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { z } from 'zod';
import { type Client, createClient, type V1Pod } from '../../kubernetes/index.ts';
import { waitFor } from '../../kubernetes/wait.ts';
import { SERVICE_ACCOUNT } from '../../workload.ts';
import { startWorld, type World } from '../../world.ts';

let world: World;
let client: Client;
let namespace: string;
beforeAll(async () => {
  world = await startWorld({ controlPlanes: [{ group: 'team-a', name: 'one' }] });
  client = createClient(world.cluster.adminKubeconfig);
  namespace = world.hostNamespace('team-a', 'one');
}, 1_800_000);
afterAll(() => world.stop());

const pod = JSON.stringify({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name: 'forecast' },
  spec: { serviceAccountName: SERVICE_ACCOUNT, containers: [{ name: 'main', image: 'none:1' }] },
});

const podSchema = z.custom<V1Pod>((value) => typeof value === 'object' && value !== null);

/** What `kubectl create --dry-run=server` gives back: the names of the pod's variables, and the audiences of its tokens. */
async function forecast(): Promise<{ variables: string[]; audiences: string[] }> {
  const create = ['create', '--dry-run=server', '--output=json', `--namespace=${namespace}`, '--filename=-'];
  const answer = podSchema.parse(JSON.parse(await world.kubectl(create, pod)));
  const sources = (answer.spec?.volumes ?? []).flatMap(({ projected }) => projected?.sources ?? []);
  return {
    variables: (answer.spec?.containers[0]?.env ?? []).map(({ name }) => name),
    audiences: sources.flatMap(({ serviceAccountToken }) => serviceAccountToken?.audience ?? []),
  };
}

test('without an identity a pod would get none', async () => {
  expect(await forecast()).toEqual({ variables: [], audiences: [] });
});

test('with the annotation it would get IRSA’s', async () => {
  const role = world.aws.iam.arn('role/workload');
  const annotate = ['annotate', 'serviceaccount', SERVICE_ACCOUNT, `--namespace=${namespace}`];
  await world.kubectl([...annotate, `eks.amazonaws.com/role-arn=${role}`]);
  const isSeen = async () => (await forecast()).variables.includes('AWS_ROLE_ARN');
  await waitFor({ what: 'the webhook to see the annotation', timeoutMs: 30_000, check: isSeen });
  const seen = await forecast();
  expect(seen.variables).toEqual(expect.arrayContaining(['AWS_ROLE_ARN', 'AWS_WEB_IDENTITY_TOKEN_FILE']));
  expect(seen.audiences).toEqual(['sts.amazonaws.com']);
});

test('with an association it would get Pod Identity’s, which wins', async () => {
  const roleArn = world.aws.iam.arn('role/workload');
  world.aws.eks.addAssociation(world.clusterName, { namespace, serviceAccount: SERVICE_ACCOUNT, roleArn });
  world.aws.settings.injectionMs = 0;
  const seen = await forecast();
  expect(seen.variables).toContain('AWS_CONTAINER_CREDENTIALS_FULL_URI');
  expect(seen.variables).not.toContain('AWS_ROLE_ARN');
  expect(seen.audiences).toEqual(['pods.eks.amazonaws.com']);
});

test('a miss is left for a real pod: a dry run does not take it', async () => {
  world.webhook.settings.missNext = 1;
  expect((await forecast()).audiences).toEqual(['pods.eks.amazonaws.com']);
  expect(world.webhook.settings.missNext).toBe(1);
  world.webhook.settings.missNext = 0;
});

test('a webhook that is down gives nothing, as for real pods', async () => {
  world.webhook.settings.down = true;
  expect(await forecast()).toEqual({ variables: [], audiences: [] });
  world.webhook.settings.down = false;
});

test('nothing was made', async () => {
  const { items } = await client.core.listNamespacedPod({ namespace });
  expect(items.map(({ metadata }) => metadata?.name)).not.toContain('forecast');
});
