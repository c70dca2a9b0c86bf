/** AssumeRoleWithWebIdentity: which tokens are taken, and when. */
import {
  CreateOpenIDConnectProviderCommand,
  CreateRoleCommand,
  GetRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { AssumeRoleWithWebIdentityCommand, GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { fromWebToken } from '@aws-sdk/credential-providers';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  account,
  type Bench,
  clients,
  irsaTrust,
  issuer,
  issuerPath,
  namespace,
  region,
  startBench,
  subjectOf,
  tokenSigner,
} from '../../aws/testing.ts';

let bench: Bench;
let signer: Awaited<ReturnType<typeof tokenSigner>>;
beforeEach(async () => {
  bench = await startBench();
  signer = await tokenSigner(issuer);
  bench.aws.addOidcKeys(issuer, [signer.jwk]);
});
afterEach(() => bench.aws.close());

const arn = `arn:aws:iam::${account}:role/workload`;
const claims = { sub: subjectOf(namespace), aud: ['sts.amazonaws.com'] };
const anonymous = (): Bench['admin'] =>
  clients(bench.aws, { accessKeyId: 'unused', secretAccessKey: 'unused' });

function layOut(subjects = [subjectOf(namespace)]): void {
  bench.aws.iam.createOidcProvider({ url: issuer, clientIds: ['sts.amazonaws.com'] });
  bench.aws.iam.createRole({ roleName: 'workload', trustPolicy: irsaTrust(subjects) });
}

const assume = (token: string, input: object = {}) =>
  anonymous().sts.send(
    new AssumeRoleWithWebIdentityCommand({
      RoleArn: arn,
      RoleSessionName: 'proof',
      WebIdentityToken: token,
      ...input,
    }),
  );

test('a token of the trusted service account gives a session, unsigned and with the token kept out of the record', async () => {
  layOut();
  const token = await signer.sign(claims);
  const answer = await assume(token);
  expect(answer).toMatchObject({
    SubjectFromWebIdentityToken: subjectOf(namespace),
    Audience: 'sts.amazonaws.com',
    Provider: `arn:aws:iam::${account}:oidc-provider/${issuerPath}`,
    AssumedRoleUser: { Arn: `arn:aws:sts::${account}:assumed-role/workload/proof` },
  });
  const [call] = bench.aws.calls;
  expect(call).toMatchObject({
    action: 'AssumeRoleWithWebIdentity',
    readOnly: true,
    outcome: 'ok',
    resource: arn,
  });
  expect(call?.principalArn).toBeUndefined();
  expect(JSON.stringify(call)).not.toContain(token);
});

test('the credential provider of the SDK works with it', async () => {
  layOut();
  const credentials = fromWebToken({
    roleArn: arn,
    roleSessionName: 'proof',
    webIdentityToken: await signer.sign(claims),
    clientConfig: { endpoint: bench.aws.endpoint, region },
  });
  const identity = await clients(bench.aws, await credentials()).sts.send(new GetCallerIdentityCommand({}));
  expect(identity.Arn).toBe(`arn:aws:sts::${account}:assumed-role/workload/proof`);
});

test.each([
  ['another service account', { ...claims, sub: subjectOf(namespace, 'default') }],
  ['another namespace', { ...claims, sub: subjectOf('mxp-other-system') }],
])('%s is refused by the trust policy', async (_what, wrong) => {
  layOut();
  await expect(assume(await signer.sign(wrong))).rejects.toMatchObject({
    name: 'AccessDenied',
    message: 'Not authorized to perform sts:AssumeRoleWithWebIdentity',
    $metadata: { httpStatusCode: 403 },
  });
});

test('an audience that the provider does not know is an invalid token', async () => {
  layOut();
  await expect(assume(await signer.sign({ ...claims, aud: 'vault' }))).rejects.toMatchObject({
    name: 'InvalidIdentityTokenException',
    message: 'Incorrect token audience',
  });
});

test('a token of another cluster finds no provider', async () => {
  layOut();
  const other = `${issuer.slice(0, -4)}FFFF`;
  const foreign = await tokenSigner(other);
  await expect(assume(await foreign.sign(claims))).rejects.toMatchObject({
    name: 'InvalidIdentityTokenException',
    message: `No OpenIDConnect provider found in your account for ${other}`,
  });
});

test('a token signed by somebody else, an expired one and no token at all are refused', async () => {
  layOut();
  const forged = await (await tokenSigner(issuer, 'forger')).sign(claims);
  await expect(assume(forged)).rejects.toMatchObject({ name: 'InvalidIdentityTokenException' });
  const old = await signer.sign(claims, Math.floor(Date.now() / 1000) - 3600);
  await expect(assume(old)).rejects.toMatchObject({ name: 'ExpiredTokenException' });
  await expect(assume('not-a-token')).rejects.toMatchObject({ name: 'InvalidIdentityTokenException' });
});

test('claims of GitHub are condition keys', async () => {
  const github = 'https://token.actions.githubusercontent.com';
  const job = await tokenSigner(github);
  bench.aws.addOidcKeys(github, [job.jwk]);
  const provider = bench.aws.iam.createOidcProvider({ url: github, clientIds: ['sts.amazonaws.com'] });
  const host = 'token.actions.githubusercontent.com';
  bench.aws.iam.createRole({
    roleName: 'workload',
    trustPolicy: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Federated: provider.arn },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: {
            StringEquals: { [`${host}:aud`]: 'sts.amazonaws.com', [`${host}:environment`]: 'production' },
            StringLike: { [`${host}:sub`]: 'repo:example/platform:*' },
          },
        },
      ],
    },
  });
  const sub = 'repo:example/platform:environment:production';
  await assume(await job.sign({ ...claims, sub, environment: 'production' }));
  const elsewhere = assume(await job.sign({ ...claims, sub, environment: 'staging' }));
  await expect(elsewhere).rejects.toMatchObject({ name: 'AccessDenied' });
});

const trust = (subject: string): string => JSON.stringify(irsaTrust([subject]));

test('STS sees a new role, provider and trust policy only after propagation, IAM at once', async () => {
  bench.aws.settings.propagationMs = 10_000;
  const { iam } = bench.admin;
  const token = await signer.sign(claims);
  await iam.send(
    new CreateOpenIDConnectProviderCommand({ Url: issuer, ClientIDList: ['sts.amazonaws.com'] }),
  );
  await iam.send(
    new CreateRoleCommand({ RoleName: 'workload', AssumeRolePolicyDocument: trust(claims.sub) }),
  );
  await iam.send(new GetRoleCommand({ RoleName: 'workload' }));
  await expect(assume(token)).rejects.toMatchObject({ name: 'InvalidIdentityTokenException' });
  bench.clock.advance(10_000);
  await assume(token);
  await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: 'workload', PolicyDocument: trust('other') }));
  await assume(token);
  bench.clock.advance(10_000);
  await expect(assume(token)).rejects.toMatchObject({ name: 'AccessDenied' });
});
