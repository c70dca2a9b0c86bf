/** The Pod Identity Agent: what a pod was given stays until it runs out. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  type Bench,
  clients,
  Clock,
  issuer,
  podTrust,
  serviceAccount,
  startBench,
  subjectOf,
  tokenSigner,
} from '../../aws/testing.ts';
import { clusterName, read, reading, startWorkloads, workloadArn } from '../../aws/testing-workloads.ts';
import { type AgentPod, createAgent, type PodIdentityAgent } from '../../eks/agent.ts';

let bench: Bench;
let agent: PodIdentityAgent;
/** The agent's own time: the SDK signs with the true one. */
let clock: Clock;
beforeEach(async () => {
  bench = await startBench();
  await startWorkloads(bench);
  clock = new Clock();
  const signer = await tokenSigner(issuer);
  agent = createAgent({
    aws: bench.aws,
    clusterName,
    now: clock.now,
    tokenOf: ({ namespace, serviceAccount: name, ...pod }) =>
      signer.sign({
        sub: subjectOf(namespace, name),
        aud: ['pods.eks.amazonaws.com'],
        'kubernetes.io': { namespace, pod, serviceaccount: { name, uid: 'sa' } },
      }),
  });
  bench.aws.secrets.set('a/db', 'a');
  bench.aws.secrets.set('b/db', 'b');
  for (const letter of ['a', 'b'])
    bench.aws.iam.createRole({
      roleName: letter === 'a' ? 'workload' : 'other',
      trustPolicy: podTrust(),
      inlinePolicies: { access: reading({ Resource: `arn:aws:secretsmanager:*:*:secret:${letter}/*` }) },
    });
});
afterEach(() => bench.aws.close());

const pod = (uid: string): AgentPod => ({ namespace: 'ns-1', serviceAccount, name: 'eso', uid });
const reads = async (uid: string): Promise<string[]> => {
  const session = clients(bench.aws, await agent.credentialsOf(pod(uid)));
  return [await read(session, 'a/db'), await read(session, 'b/db')];
};
const HOUR = 3_600_000;
const OF_A = ['a', 'AccessDeniedException'];
const OF_B = ['AccessDeniedException', 'b'];

function associate(): void {
  bench.aws.eks.addAssociation(clusterName, { namespace: 'ns-1', serviceAccount, roleArn: workloadArn });
}

/** Gives the association another role, as an update does. */
function repoint(): void {
  const { associations } = bench.aws.eks.cluster(clusterName);
  const roleArn = workloadArn.replace('workload', 'other');
  for (const [id, association] of associations) associations.set(id, { ...association, roleArn });
}

test('a pod keeps the rights of before its association changed for 6 hours, a new pod has the new ones', async () => {
  associate();
  expect(await reads('old')).toEqual(OF_A);
  repoint();
  expect(await reads('old')).toEqual(OF_A);
  expect(await reads('new')).toEqual(OF_B);
  clock.advance(6 * HOUR - 60_000);
  expect(await reads('old')).toEqual(OF_A);
  clock.advance(60_000);
  expect(await reads('old')).toEqual(OF_B);
});

test('a pod keeps what it has when its association is gone, and gets nothing after that', async () => {
  associate();
  expect(await reads('old')).toEqual(OF_A);
  bench.aws.eks.cluster(clusterName).associations.clear();
  expect(await reads('old')).toEqual(OF_A);
  agent.forget('old');
  await expect(agent.credentialsOf(pod('old'))).rejects.toThrow('ResourceNotFoundException');
});

test('a refusal is not kept', async () => {
  await expect(agent.credentialsOf(pod('old'))).rejects.toThrow('No association found');
  associate();
  expect(await reads('old')).toEqual(OF_A);
});

test('permissions of the role count at once, whatever is kept', async () => {
  associate();
  expect(await reads('old')).toEqual(OF_A);
  bench.aws.iam.putRolePolicy('workload', 'access', reading());
  expect(await reads('old')).toEqual(['a', 'b']);
});
