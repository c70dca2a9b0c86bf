/** Session policy and target role of an association: what EKS takes, and what the credentials may do then. */
import {
  CreatePodIdentityAssociationCommand,
  type PodIdentityAssociation,
  UpdatePodIdentityAssociationCommand,
  type UpdatePodIdentityAssociationCommandInput,
} from '@aws-sdk/client-eks';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import type { Account } from '../../aws/index.ts';
import {
  account,
  type Bench,
  namespace,
  podTrust,
  region,
  serviceAccount,
  startBench,
} from '../../aws/testing.ts';
import { clusterName, read, reading, startWorkloads, workloadArn } from '../../aws/testing-workloads.ts';

const OTHER = '999988887777';
const targetRoleArn = `arn:aws:iam::${OTHER}:role/target`;

let bench: Bench;
let workloads: Awaited<ReturnType<typeof startWorkloads>>;
let other: Account;
beforeEach(async () => {
  bench = await startBench();
  workloads = await startWorkloads(bench);
  bench.aws.secrets.set('prod/db', 'ours');
  bench.aws.secrets.set('dev/db', 'ours too');
  bench.aws.iam.createRole({
    roleName: 'workload',
    trustPolicy: podTrust(),
    inlinePolicies: { access: onSecrets('prod/*'), chain: mayGoOn },
  });
  other = bench.aws.addAccount(OTHER);
  other.secrets.set('prod/db', 'theirs');
  other.secrets.set('dev/db', 'theirs too');
});
afterEach(() => bench.aws.close());

const onSecrets = (...names: string[]): object =>
  reading({ Resource: names.map((name) => `arn:aws:secretsmanager:${region}:*:secret:${name}`) });
const mayGoOn = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: ['sts:AssumeRole', 'sts:TagSession'], Resource: targetRoleArn }],
};
const narrow = (...names: string[]): object => ({
  disableSessionTags: true,
  policy: JSON.stringify(onSecrets(...names)),
});

async function create(input: object = {}): Promise<PodIdentityAssociation> {
  const base = { clusterName, namespace, serviceAccount, roleArn: workloadArn };
  const answer = await bench.admin.eks.send(new CreatePodIdentityAssociationCommand({ ...base, ...input }));
  return answer.association ?? {};
}

async function update(
  { associationId }: PodIdentityAssociation,
  input: Partial<UpdatePodIdentityAssociationCommandInput>,
): Promise<PodIdentityAssociation> {
  const change = new UpdatePodIdentityAssociationCommand({ clusterName, associationId, ...input });
  return (await bench.admin.eks.send(change)).association ?? {};
}

const refusal = (message: string) => ({ name: 'InvalidParameterException', message });

const long = (length: number): string => {
  const policy = JSON.stringify(onSecrets('prod/*'));
  return policy + ' '.repeat(length - policy.length);
};

describe('the session policy', () => {
  test('may have 2,048 characters, white space with it', async () => {
    const association = await create({ disableSessionTags: true, policy: long(2048) });
    const tooLong = update(association, { policy: long(2049) });
    await expect(tooLong).rejects.toMatchObject({
      name: 'InvalidParameterException',
      message: expect.stringContaining('2048'),
    });
  });

  test.each([
    ['is no JSON', '{'],
    ['is a trust policy', JSON.stringify(podTrust())],
    ['has no statement', '{"Version":"2012-10-17"}'],
  ])('is refused when it %s', async (_what, policy) => {
    const made = create({ disableSessionTags: true, policy });
    await expect(made).rejects.toMatchObject(refusal('The policy provided is invalid'));
  });

  test('goes only with session tags off, also later', async () => {
    const message = 'A policy can be given only when session tags are disabled';
    await expect(create({ policy: long(1000) })).rejects.toMatchObject(refusal(message));
    const association = await create(narrow('prod/*'));
    const on = update(association, { disableSessionTags: false });
    await expect(on).rejects.toMatchObject(refusal(message));
  });

  test('stays with an update of something else, and goes with an empty text', async () => {
    const association = await create(narrow('prod/*'));
    expect(await update(association, { roleArn: workloadArn })).toHaveProperty('policy');
    const cleared = await update(association, { policy: '', disableSessionTags: false });
    expect(cleared).not.toHaveProperty('policy');
    expect(cleared.disableSessionTags).toBe(false);
  });

  test('is intersected with the role’s policies: it gives nothing of its own', async () => {
    await create(narrow('dev/*', 'prod/other'));
    const pod = await workloads.byPodIdentity(namespace);
    expect(await read(pod, 'prod/db')).toBe('AccessDeniedException');
    expect(await read(pod, 'dev/db')).toBe('AccessDeniedException');
    bench.aws.iam.putRolePolicy('workload', 'access', onSecrets('*'));
    expect(await read(pod, 'dev/db')).toBe('ours too');
  });

  test('is the one that was there when the credentials were handed out', async () => {
    const association = await create(narrow('prod/*'));
    const before = await workloads.byPodIdentity(namespace);
    await update(association, narrow('dev/*'));
    expect(await read(before, 'prod/db')).toBe('ours');
    expect(await read(await workloads.byPodIdentity(namespace), 'prod/db')).toBe('AccessDeniedException');
  });
});

test('an update that changes nothing is refused', async () => {
  const association = await create();
  await expect(update(association, {})).rejects.toMatchObject({ name: 'InvalidParameterException' });
});

/** Makes the target role, which takes the first role with this external id. */
const target = (externalId: string, actions = ['sts:AssumeRole', 'sts:TagSession']): void => {
  const trustPolicy = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: workloadArn },
        Action: actions,
        Condition: { StringEquals: { 'sts:ExternalId': externalId } },
      },
    ],
  };
  const inlinePolicies = { access: onSecrets('*') };
  other.iam.createRole({ roleName: 'target', trustPolicy, inlinePolicies });
};

describe('a target role in another account', () => {
  const refused = { status: 400, body: { __type: 'AccessDeniedException' } };

  test('reads the other account’s secrets, with the external id of the association', async () => {
    const { externalId = '' } = await create({ targetRoleArn });
    target('another');
    expect(await workloads.ask(namespace)).toMatchObject(refused);
    target(externalId);
    expect(await workloads.ask(namespace)).toMatchObject({
      body: { assumedRoleUser: { arn: expect.stringContaining(`sts::${OTHER}:assumed-role/target/`) } },
    });
    expect(await read(await workloads.byPodIdentity(namespace), 'dev/db')).toBe('theirs too');
  });

  test('needs sts:TagSession for the transitive tags, unless they are off', async () => {
    const association = await create({ targetRoleArn });
    target(association.externalId ?? '', ['sts:AssumeRole']);
    expect(await workloads.ask(namespace)).toMatchObject(refused);
    await update(association, { disableSessionTags: true });
    expect(await workloads.ask(namespace)).toMatchObject({ status: 200 });
  });

  test('needs the first role’s own permission, which in one account trust replaces', async () => {
    const { externalId = '' } = await create({ targetRoleArn });
    target(externalId);
    bench.aws.iam.putRolePolicy('workload', 'chain', onSecrets('none'));
    expect(await workloads.ask(namespace)).toMatchObject(refused);
  });

  test('is narrowed by the session policy, the first role is not', async () => {
    const { externalId = '' } = await create({ targetRoleArn, ...narrow('dev/*') });
    target(externalId);
    const pod = await workloads.byPodIdentity(namespace);
    expect(await read(pod, 'dev/db')).toBe('theirs too');
    expect(await read(pod, 'prod/db')).toBe('AccessDeniedException');
  });

  test('gives credentials for 59 minutes, the role alone for 6 hours', async () => {
    const association = await create({ targetRoleArn });
    target(association.externalId ?? '');
    expect(minutesLeft(await workloads.ask(namespace))).toBe(59);
    await update(association, { targetRoleArn: '' });
    expect(minutesLeft(await workloads.ask(namespace))).toBe(360);
  });

  test('keeps its external id through updates, and loses both with an empty text', async () => {
    const association = await create({ targetRoleArn });
    expect(association.externalId).toMatch(/./);
    const changed = await update(association, { targetRoleArn: `${targetRoleArn}-2` });
    expect(changed.externalId).toBe(association.externalId);
    const cleared = await update(association, { targetRoleArn: '' });
    expect(cleared).not.toHaveProperty('targetRoleArn');
    expect(cleared).not.toHaveProperty('externalId');
  });
});

/** How long the credentials of an answer hold, in minutes. */
function minutesLeft(answer: unknown): number {
  const schema = z.object({ body: z.object({ credentials: z.object({ expiration: z.number() }) }) });
  return (schema.parse(answer).body.credentials.expiration * 1000 - bench.clock.now()) / 60_000;
}

test('the account of the cluster is the only one for the first role', async () => {
  const foreign = create({ roleArn: `arn:aws:iam::${OTHER}:role/workload` });
  await expect(foreign).rejects.toMatchObject(refusal('Cross-account pass role is not allowed.'));
  expect(account).not.toBe(OTHER);
});
