/** Assuming the workload's role with the real SDK and with signed requests, against the sandbox's AWS. */
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createClients } from '../../../src/aws/client/clients.ts';
import { createRoleAssumer } from '../../../src/aws/role-assumer.ts';
import { Failure } from '../../../src/model/failure.ts';
import type { Clock } from '../../../src/model/ports.ts';
import type { Assumed, AssumeResult, RoleAssumer } from '../../../src/model/proof-ports.ts';
import {
  account,
  type Bench,
  irsaTrust,
  issuer,
  issuerPath,
  namespace,
  podTrust,
  region,
  serviceAccount,
  startBench,
  subjectOf,
  tokenSigner,
} from '../../../sandbox/aws/testing.ts';
import { connection, fakeLog } from '../fakes.ts';
import { fakeClock } from '../../support/fake-clock.ts';

const roleArn = `arn:aws:iam::${account}:role/workload`;
const mayRead = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: ['secretsmanager:GetSecretValue', 'ssm:GetParameter'], Resource: ['*'] },
  ],
};

let bench: Bench;
let signer: Awaited<ReturnType<typeof tokenSigner>>;
let masked: string[] = [];
const log = fakeLog();
beforeEach(async () => {
  bench = await startBench();
  signer = await tokenSigner(issuer);
  bench.aws.eks.addCluster({ name: 'space', endpoint: '', caPem: '', issuer, publicKeys: [signer.jwk] });
  bench.aws.addOidcKeys(issuer, [signer.jwk]);
  bench.aws.iam.createOidcProvider({ url: issuerPath, clientIds: ['sts.amazonaws.com'] });
  bench.aws.secrets.set('prod/db', 'swordfish');
  bench.aws.parameters.set('/prod/key', 'halibut');
  masked = [];
  process.env['AWS_ENDPOINT_URL'] = bench.aws.endpoint;
});
afterEach(async () => {
  delete process.env['AWS_ENDPOINT_URL'];
  await bench.aws.close();
});

function roleAssumer(
  action = 'eks-auth:AssumeRoleForPodIdentity',
  sleep: Clock['sleep'] = async () => await Promise.resolve(),
): RoleAssumer {
  const policies = [
    { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }] },
  ];
  const keys = bench.aws.iam.createUser({ userName: `job-${masked.length}-${action}`, policies });
  const clients = createClients(connection(region), () => Promise.resolve(keys));
  const clock = { ...fakeClock(), now: () => bench.clock.now(), sleep };
  return createRoleAssumer({ clients, clock, log, mask: (value) => void masked.push(value) });
}

const asTimeGoes: Clock['sleep'] = async (ms) => {
  await Promise.resolve(bench.clock.advance(ms));
};

function assumed(attempt: AssumeResult): Assumed {
  if (attempt.kind !== 'assumed') throw new Error(attempt.said);
  return attempt;
}

const token = (sub = subjectOf(namespace), aud = 'sts.amazonaws.com') => signer.sign({ sub, aud });
const associate = () => bench.aws.eks.addAssociation('space', { namespace, serviceAccount, roleArn });

describe('IRSA', () => {
  beforeEach(() => {
    bench.aws.iam.createRole({
      roleName: 'workload',
      trustPolicy: irsaTrust([subjectOf(namespace)]),
      inlinePolicies: { mayRead },
    });
  });

  test('assumes, and says as whom, through which provider; the credentials are masked', async () => {
    const session = assumed(await roleAssumer().assumeWithWebIdentity(roleArn, await token(), true));
    expect(session).toMatchObject({
      assumedRole: `arn:aws:sts::${account}:assumed-role/workload/spaces-workload-identity-proof`,
      subject: subjectOf(namespace),
      audience: 'sts.amazonaws.com',
      provider: `arn:aws:iam::${account}:oidc-provider/${issuerPath}`,
    });
    expect(masked).toHaveLength(3);
    expect(masked.some((value) => value.startsWith('ASIA'))).toBe(true);
    expect(JSON.stringify(session)).not.toMatch(
      new RegExp(masked.map((value) => value.replaceAll(/[+/=]/g, '.')).join('|')),
    );
  });

  test('reads what is named and keeps nothing of it', async () => {
    const { session } = assumed(await roleAssumer().assumeWithWebIdentity(roleArn, await token(), true));
    expect(await session.readSecret('prod/db')).toEqual({ kind: 'read' });
    expect(await session.readParameter('/prod/key')).toEqual({ kind: 'read' });
    expect(await session.readSecret('prod/none')).toMatchObject({ kind: 'missing' });
    expect(await session.readParameter('/prod/none')).toMatchObject({ kind: 'missing' });
  });

  test('a session that is to read nothing may read nothing', async () => {
    const { session } = assumed(await roleAssumer().assumeWithWebIdentity(roleArn, await token(), false));
    expect(await session.readSecret('prod/db')).toMatchObject({
      kind: 'refused',
      said: expect.stringContaining('AccessDenied'),
    });
  });

  test('a cancelled job reads no further', async () => {
    const cancelled = new Failure('cancelled', { tried: 'a', said: 'b', next: 'c' });
    const job = roleAssumer(undefined, () => Promise.reject(cancelled));
    const { session } = assumed(await job.assumeWithWebIdentity(roleArn, await token(), true));
    const error = { code: 'ThrottlingException', message: 'Rate exceeded', status: 429 };
    bench.aws.faults.add({ action: 'secretsmanager:GetSecretValue', error, times: 1 });
    await expect(session.readSecret('prod/db')).rejects.toBe(cancelled);
  });

  test('refusals say whether they may pass', async () => {
    const job = roleAssumer();
    const unrelated = await job.assumeWithWebIdentity(roleArn, await token(subjectOf('other')), true);
    expect(unrelated).toMatchObject({
      kind: 'refused',
      mayPass: true,
      ofToken: false,
      said: expect.stringContaining('AccessDenied'),
    });
    const audience = await job.assumeWithWebIdentity(
      roleArn,
      await token(subjectOf(namespace), 'other'),
      true,
    );
    expect(audience).toMatchObject({ kind: 'refused', mayPass: false, ofToken: true });
    bench.aws.iam.providers.set(`arn:aws:iam::${account}:oidc-provider/${issuerPath}`, undefined, 'settled');
    const provider = await job.assumeWithWebIdentity(roleArn, await token(), true);
    expect(provider).toMatchObject({
      kind: 'refused',
      mayPass: true,
      said: expect.stringContaining('No OpenIDConnect provider'),
    });
    expect(masked).toEqual([]);
  });

  test('STS that could not fetch the keys is asked again; one that stays away has not answered', async () => {
    const error = { code: 'IDPCommunicationError', message: 'try later', status: 400 };
    bench.aws.faults.add({ action: 'sts:AssumeRoleWithWebIdentity', error, times: 1 });
    expect((await roleAssumer().assumeWithWebIdentity(roleArn, await token(), true)).kind).toBe('assumed');
    const unread = {
      code: 'InvalidIdentityToken',
      message: "Couldn't retrieve verification key from your identity provider",
      status: 400,
    };
    for (const each of [error, unread]) {
      bench.aws.faults.add({ action: 'sts:AssumeRoleWithWebIdentity', error: each, times: 100 });
      expect(
        (await roleAssumer(undefined, asTimeGoes).assumeWithWebIdentity(roleArn, await token(), true)).kind,
      ).toBe('unanswered');
      bench.aws.faults.clear();
    }
    bench.aws.faults.add({
      action: 'sts:AssumeRoleWithWebIdentity',
      error: { ...error, code: 'RegionDisabledException' },
      times: 1,
    });
    expect((await roleAssumer().assumeWithWebIdentity(roleArn, await token(), true)).kind).toBe('unanswered');
  });
});

describe('EKS Pod Identity', () => {
  const claims = {
    sub: subjectOf(namespace),
    aud: ['pods.eks.amazonaws.com'],
    'kubernetes.io': {
      namespace,
      pod: { name: 'external-secrets-5d9c', uid: 'pod-uid' },
      serviceaccount: { name: serviceAccount, uid: 'sa-uid' },
    },
  };
  beforeEach(() => {
    bench.aws.iam.createRole({
      roleName: 'workload',
      trustPolicy: podTrust({}),
      inlinePolicies: { mayRead },
    });
  });

  test('assumes through the association, with the job’s own signature; the credentials are masked', async () => {
    const { associationId: id, associationArn: arn } = associate();
    const session = assumed(await roleAssumer().assumeForPodIdentity('space', await signer.sign(claims)));
    expect(session).toMatchObject({
      subject: subjectOf(namespace),
      audience: 'pods.eks.amazonaws.com',
      association: { id, arn },
      assumedRole: expect.stringContaining(':assumed-role/workload/eks-space-'),
    });
    expect(masked).toHaveLength(3);
    expect(await session.session.readParameter('/prod/key')).toEqual({ kind: 'read' });
    expect(bench.aws.calls.find(({ service }) => service === 'eks-auth')?.outcome).toBe('ok');
  });

  test('no association, a trust policy that does not admit, an unbound token', async () => {
    const job = roleAssumer();
    const podToken = await signer.sign(claims);
    expect(await job.assumeForPodIdentity('space', podToken)).toMatchObject({
      kind: 'refused',
      mayPass: true,
      said: expect.stringMatching(/^ResourceNotFound: /),
    });
    associate();
    bench.aws.iam.setTrustPolicy('workload', irsaTrust([subjectOf(namespace)]));
    expect(await job.assumeForPodIdentity('space', podToken)).toMatchObject({
      kind: 'refused',
      mayPass: true,
      said: expect.stringMatching(/^AccessDenied: /),
    });
    const unbound = await signer.sign({ sub: claims.sub, aud: claims.aud });
    expect(await job.assumeForPodIdentity('space', unbound)).toMatchObject({
      kind: 'refused',
      mayPass: false,
      ofToken: true,
      said: expect.stringMatching(/^InvalidToken: /),
    });
  });

  test('a session of the job that is over is no refusal of the token', async () => {
    associate();
    const message = 'The security token included in the request is expired';
    const error = { code: 'ExpiredTokenException', message, status: 403 };
    bench.aws.faults.add({ action: 'eks-auth:AssumeRoleForPodIdentity', error });
    const podToken = await signer.sign(claims);
    expect(await roleAssumer().assumeForPodIdentity('space', podToken)).toMatchObject({
      kind: 'unanswered',
      said: expect.stringContaining(message),
    });
  });

  test('a connection that breaks is made anew', async () => {
    associate();
    let breaks = 1;
    bench.aws.faults.bend = async (_action, answer) => {
      breaks -= 1;
      return await Promise.resolve(breaks < 0 ? answer : 'reset');
    };
    const podToken = await signer.sign(claims);
    expect((await roleAssumer().assumeForPodIdentity('space', podToken)).kind).toBe('assumed');
    expect(log.lines.some((line) => line.startsWith('EKS_AUTH was not reached'))).toBe(true);
  });

  test('a job that may not ask has no answer, and is told what it needs', async () => {
    associate();
    const answer = await roleAssumer('eks:DescribeCluster').assumeForPodIdentity(
      'space',
      await signer.sign(claims),
    );
    expect(answer).toMatchObject({
      kind: 'unanswered',
      said: expect.stringContaining("Allow the job's role eks-auth:AssumeRoleForPodIdentity"),
    });
  });

  test('throttling is repeated for twenty seconds, and then no answer', async () => {
    associate();
    const error = { code: 'ThrottlingException', message: 'Rate exceeded', status: 429 };
    bench.aws.faults.add({ action: 'eks-auth:AssumeRoleForPodIdentity', error, times: 1 });
    const podToken = await signer.sign(claims);
    expect((await roleAssumer().assumeForPodIdentity('space', podToken)).kind).toBe('assumed');
    expect(log.lines.some((line) => line.startsWith('EKS_AUTH is busy'))).toBe(true);
  });

  test('the service’s own endpoint goes before the general one', async () => {
    associate();
    const podToken = await signer.sign(claims);
    const job = roleAssumer(undefined, asTimeGoes);
    process.env['AWS_ENDPOINT_URL'] = 'http://127.0.0.1:9';
    expect(await job.assumeForPodIdentity('space', podToken)).toMatchObject({ kind: 'unanswered' });
    process.env['AWS_ENDPOINT_URL_EKS_AUTH'] = bench.aws.endpoint;
    try {
      expect((await job.assumeForPodIdentity('space', podToken)).kind).toBe('assumed');
    } finally {
      delete process.env['AWS_ENDPOINT_URL_EKS_AUTH'];
    }
  });
});
