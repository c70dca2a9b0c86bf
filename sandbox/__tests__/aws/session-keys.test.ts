/** What the credentials of a workload say about it: tags of the session, keys of the web identity, in conditions and as policy variables. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  account,
  type Bench,
  irsaTrust,
  issuerPath,
  podTrust,
  region,
  serviceAccount,
  startBench,
  subjectOf,
} from '../../aws/testing.ts';
import {
  assumedFrom,
  clusterName,
  read,
  reading,
  startWorkloads,
  workloadArn,
} from '../../aws/testing-workloads.ts';

let bench: Bench;
let workloads: Awaited<ReturnType<typeof startWorkloads>>;
beforeEach(async () => {
  bench = await startBench();
  workloads = await startWorkloads(bench);
  for (const name of ['ns-1/db', 'ns-2/db', 'db']) bench.aws.secrets.set(name, `value of ${name}`);
  for (const namespace of ['ns-1', 'ns-2']) associate(namespace);
});
afterEach(() => bench.aws.close());

function associate(namespace: string, more: object = {}): void {
  const association = { namespace, serviceAccount, roleArn: workloadArn, ...more };
  bench.aws.eks.addAssociation(clusterName, association);
}

function role(policy: object, tags: Record<string, string> = {}): void {
  const [pods] = podTrust().Statement;
  const [irsa] = irsaTrust([subjectOf('ns-1'), subjectOf('ns-2')]).Statement;
  const trustPolicy = { Version: '2012-10-17', Statement: [pods, irsa] };
  bench.aws.iam.createRole({ roleName: 'workload', trustPolicy, inlinePolicies: { access: policy }, tags });
}

const secret = (name: string): string => `arn:aws:secretsmanager:${region}:${account}:secret:${name}`;
const byTag = (tag: string, value: string): object =>
  reading({ Condition: { StringEquals: { [`aws:PrincipalTag/${tag}`]: value } } });
const ofNamespace = secret('${aws:PrincipalTag/kubernetes-namespace}/*');

test.each([
  ['eks-cluster-arn', `arn:aws:eks:${region}:${account}:cluster/${clusterName}`],
  ['eks-cluster-name', clusterName],
  ['kubernetes-namespace', 'ns-1'],
  ['kubernetes-service-account', serviceAccount],
  ['kubernetes-pod-name', 'external-secrets-ns-1'],
  ['kubernetes-pod-uid', 'uid-of-ns-1'],
])('Pod Identity tells %s of the pod', async (tag, value) => {
  role(byTag(tag, value));
  expect(await read(await workloads.byPodIdentity('ns-1'), 'db')).toBe('value of db');
  bench.aws.iam.putRolePolicy('workload', 'access', byTag(tag, 'other'));
  expect(await read(await workloads.byPodIdentity('ns-1'), 'db')).toBe('AccessDeniedException');
});

test('a policy variable in a resource stands for the pod’s own namespace', async () => {
  role(reading({ Resource: ofNamespace }));
  const pod = await workloads.byPodIdentity('ns-1');
  expect(await read(pod, 'ns-1/db')).toBe('value of ns-1/db');
  expect(await read(pod, 'ns-2/db')).toBe('AccessDeniedException');
});

test('a variable whose key is missing matches nothing: neither with session tags off nor by IRSA', async () => {
  role(reading({ Resource: [ofNamespace, secret('${aws:PrincipalTag/kubernetes-namespace}*')] }));
  associate('ns-3', { disableSessionTags: true });
  for (const pod of [await workloads.byPodIdentity('ns-3'), await workloads.byIrsa('ns-1')])
    for (const name of ['ns-1/db', 'ns-3/db', 'db'])
      expect(await read(pod, name)).toBe('AccessDeniedException');
});

test('a variable in a condition, and one whose key is missing', async () => {
  const mine = { 'aws:ResourceTag/owner': '${aws:PrincipalTag/kubernetes-namespace}' };
  role(reading({ Condition: { StringEquals: mine } }));
  bench.aws.secrets.set('tagged', 'mine', { owner: 'ns-1' });
  expect(await read(await workloads.byPodIdentity('ns-1'), 'tagged')).toBe('mine');
  expect(await read(await workloads.byPodIdentity('ns-2'), 'tagged')).toBe('AccessDeniedException');
  expect(await read(await workloads.byIrsa('ns-1'), 'tagged')).toBe('AccessDeniedException');
});

test('before version 2012-10-17 a variable is plain text', async () => {
  role(reading({ Resource: ofNamespace }, '2008-10-17'));
  expect(await read(await workloads.byPodIdentity('ns-1'), 'ns-1/db')).toBe('AccessDeniedException');
});

test('a tag of the role counts too, and one of the session wins over it, in whatever case', async () => {
  role(byTag('kubernetes-namespace', 'ns-2'), { team: 'a', 'Kubernetes-Namespace': 'ns-2' });
  expect(await read(await workloads.byPodIdentity('ns-1'), 'db')).toBe('AccessDeniedException');
  expect(await read(await workloads.byPodIdentity('ns-2'), 'db')).toBe('value of db');
  bench.aws.iam.putRolePolicy('workload', 'access', byTag('team', 'a'));
  expect(await read(await workloads.byPodIdentity('ns-1'), 'db')).toBe('value of db');
});

test('IRSA tells subject and audience of the token in every call of the session', async () => {
  const own = { [`${issuerPath}:sub`]: subjectOf('ns-1'), [`${issuerPath}:aud`]: 'sts.amazonaws.com' };
  role(reading({ Condition: { StringEquals: own } }));
  expect(await read(await workloads.byIrsa('ns-1'), 'db')).toBe('value of db');
  expect(await read(await workloads.byIrsa('ns-2'), 'db')).toBe('AccessDeniedException');
  expect(await read(await workloads.byPodIdentity('ns-1'), 'db')).toBe('AccessDeniedException');
});

function chainable(policy: object): string {
  const trust = { Effect: 'Allow', Principal: { AWS: workloadArn } };
  const Action = ['sts:AssumeRole', 'sts:TagSession'];
  const trustPolicy = { Version: '2012-10-17', Statement: [{ ...trust, Action }] };
  return bench.aws.iam.createRole({ roleName: 'next', trustPolicy, inlinePolicies: { access: policy } }).arn;
}

test('the tags of Pod Identity go on into the role that is assumed from there', async () => {
  role(reading());
  const RoleArn = chainable(reading({ Resource: ofNamespace }));
  const chained = await assumedFrom(bench.aws, await workloads.byPodIdentity('ns-1'), { RoleArn });
  expect(await read(chained, 'ns-1/db')).toBe('value of ns-1/db');
  expect(await read(chained, 'ns-2/db')).toBe('AccessDeniedException');
});

test('the keys of the web identity do not', async () => {
  role(reading());
  const own = { [`${issuerPath}:sub`]: subjectOf('ns-1') };
  const RoleArn = chainable(reading({ Condition: { StringEquals: own } }));
  const chained = await assumedFrom(bench.aws, await workloads.byIrsa('ns-1'), { RoleArn });
  expect(await read(chained, 'db')).toBe('AccessDeniedException');
});

test('a tag that came along can’t be given another value', async () => {
  role(reading());
  const RoleArn = chainable(reading());
  const Tags = [{ Key: 'Kubernetes-Namespace', Value: 'ns-2' }];
  const pod = await workloads.byPodIdentity('ns-1');
  await expect(assumedFrom(bench.aws, pod, { RoleArn, Tags })).rejects.toMatchObject({
    name: 'InvalidParameterValue',
    message: expect.stringContaining('conflicts with a transitive tag key from the calling session'),
  });
});
