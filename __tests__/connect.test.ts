/** One run put together, against the sandbox’s AWS and GitHub. */
import { readFile, stat, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Aws } from '../sandbox/aws/index.ts';
import { connect } from '../src/connect.ts';
import type { JobContext } from '../src/model/job-context.ts';
import { post } from '../src/github/post.ts';
import type { Config } from '../src/model/config.ts';
import type { Clock } from '../src/model/ports.ts';
import { newRecord } from '../src/model/record.ts';
import { fingerprints } from '../src/plan/fingerprints.ts';
import { createClock } from '../src/tools/clock.ts';
import { keeping, repository } from './github/setup.ts';
import { fakeTools, useAccount, useJob } from './job.ts';
import { planned } from './report/records.ts';
import { config } from './support/factories.ts';
import { running } from './support/workloads.ts';

const runner = useJob();
const masked: string[] = [];
const byPath = { helm: { version: 'path', downloadUrl: '' }, kubectl: { version: 'path', downloadUrl: '' } };
let aws: Aws;
let arn: string;

beforeEach(async () => {
  const made = await useAccount();
  ({ aws, arn } = made);
  const bin = await fakeTools(runner.directory);
  runner.set({ ...made.variables, PATH: `${bin}${delimiter}${process.env['PATH'] ?? ''}` });
  masked.length = 0;
});
let closing: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(closing.map((close) => close()));
  closing = [];
  await aws.close();
});

function jobWith(
  overrides: Partial<JobContext> = {},
): JobContext & { readonly log: ReturnType<typeof keeping> } {
  const { signal } = new AbortController();
  return {
    env: process.env,
    directory: runner.directory,
    clock: createClock(signal),
    signal,
    mask: (value) => masked.push(value),
    atEnd: (close) => closing.push(close),
    getIdToken: () => Promise.reject(new Error('not asked for')),
    nodeVersion: 'v24.0.0',
    platform: process.platform,
    architecture: process.arch,
    version: '0.0.0',
    ...overrides,
    log: keeping(),
  };
}

const configured = (overrides: Partial<Config> = {}): Config =>
  config({ mode: 'plan', ...byPath, ...overrides });

test('signs in, finds cluster and tools, and writes a kubeconfig with a token that is masked', async () => {
  const [job, record] = [jobWith(), newRecord()];
  const run = await connect(configured(), job, record);
  const cluster = aws.eks.cluster('space-prod');
  expect(run.place).toMatchObject({
    caller: { arn, account: aws.account },
    cluster: { arn: cluster.arn },
  });
  expect(record).toMatchObject({
    place: run.place,
    desired: run.desired,
    kubectlVersion: 'v1.35.4',
  });
  expect(job.log.lines).toContain(`EKS cluster ${cluster.arn}, Kubernetes 1.35, as ${arn}`);

  await run.read.kubernetes.nodes();
  await run.read.helm.release(run.config.intent.release).catch(() => undefined);
  expect(record.helmVersion).toBe('v4.1.4');
  const token = await readFile(join(runner.directory, 'token'), 'utf8');
  expect(token).toMatch(/^k8s-aws-v1\./);
  expect(masked).toContain(token);
  expect((await stat(join(runner.directory, 'token'))).mode & 0o777).toBe(0o600);
});

test('AWS is looked at while the tools are made ready', async () => {
  const { begun } = await connect(configured(), jobWith(), newRecord());
  expect(await begun?.view).toMatchObject({ role: undefined, associations: [] });
});

test('a kubeconfig of the user is taken instead, and no token is made', async () => {
  const path = join(runner.directory, 'given');
  const server = aws.eks.cluster('space-prod').endpoint;
  await writeFile(
    path,
    `{apiVersion: v1, kind: Config, current-context: c, contexts: [{name: c, context: {cluster: c, user: u}}], clusters: [{name: c, cluster: {server: "${server}"}}], users: [{name: u, user: {token: abc}}]}`,
  );
  const run = await connect(configured({ access: { kubeconfig: path } }), jobWith(), newRecord());
  await run.read.kubernetes.nodes();
  expect(masked.filter((value) => value.startsWith('k8s-aws-v1'))).toEqual([]);
});

test('with `role-to-assume` it is that role that looks, by the job’s OIDC token', async () => {
  const { github } = await repository();
  const { issuer } = github.job;
  aws.addOidcKeys(issuer, [...github.publicKeys]);
  const provider = aws.iam.createOidcProvider({ url: issuer, clientIds: ['sts.amazonaws.com'] });
  const host = issuer.replace('https://', '');
  const { arn: roleToAssume } = aws.iam.createRole({
    roleName: 'runner',
    trustPolicy: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Federated: provider.arn },
          Action: 'sts:AssumeRoleWithWebIdentity',
          Condition: {
            StringEquals: { [`${host}:aud`]: 'sts.amazonaws.com', [`${host}:sub`]: github.subject() },
          },
        },
      ],
    },
    attachedPolicies: ['arn:aws:iam::aws:policy/AdministratorAccess'],
  });
  runner.set({ ACTIONS_ID_TOKEN_REQUEST_URL: github.idTokenRequestUrl, ACTIONS_ID_TOKEN_REQUEST_TOKEN: 'x' });
  const job = jobWith({ getIdToken: (audience) => github.idToken(audience) });
  const signIn = { ...config().signIn, roleToAssume };
  const { place } = await connect(configured({ signIn }), job, newRecord());
  expect(place.caller.arn).toBe('arn:aws:sts::111122223333:assumed-role/runner/session');
  expect(masked.some((value) => value.startsWith('eyJ'))).toBe(true);
});

test('a cluster that is being made is waited for; what it becomes is what is used', async () => {
  const cluster = aws.eks.cluster('space-prod');
  cluster.status = 'CREATING';
  const clock: Clock = {
    ...createClock(new AbortController().signal),
    sleep: () => {
      cluster.status = 'ACTIVE';
      return Promise.resolve();
    },
  };
  const job = jobWith({ clock });
  const { place } = await connect(configured(), job, newRecord());
  expect(place.cluster).toMatchObject({ status: 'ACTIVE', endpoint: 'https://cluster.example.com' });
  expect(job.log.lines).toContainEqual(expect.stringContaining('EKS cluster space-prod is CREATING'));
});

test('a cluster that failed is named as such, before a tool is fetched', async () => {
  aws.eks.cluster('space-prod').status = 'FAILED';
  const record = newRecord();
  await expect(connect(configured(), jobWith(), record)).rejects.toMatchObject({
    reason: 'cluster-not-found',
    details: { said: 'its status is FAILED' },
  });
  expect(record).not.toHaveProperty('kubectlVersion');
});

test('no cluster of that name: where it was looked for is said', async () => {
  const { intent } = configured();
  const elsewhere = configured({ intent: { ...intent, clusterName: 'another' } });
  const record = newRecord();
  await expect(connect(elsewhere, jobWith(), record)).rejects.toMatchObject({
    reason: 'cluster-not-found',
    details: {
      tried: 'describe EKS cluster another in eu-central-1',
      next: expect.stringMatching(/aws eks list-clusters --region eu-central-1.*it is arn:aws:/s),
    },
  });
  expect(record).not.toHaveProperty('place');
});

test('writers are made when a mode asks for them', async () => {
  const { makeWriters } = await connect(configured({ mode: 'apply' }), jobWith(), newRecord());
  const { aws: writer } = makeWriters();
  aws.iam.createRole({ roleName: 'made', trustPolicy: { Version: '2012-10-17', Statement: [] } });
  await writer.tagRole({ op: 'tag-role', roleName: 'made', tags: { team: 'space' }, replaces: {} });
  expect(aws.iam.role('made')?.tags).toEqual({ team: 'space' });
});

test('the reviewed plan is looked up on GitHub; what can’t be found there is left out', async () => {
  const { github, origin } = await repository();
  const pullRequest = github.openPullRequest('Change');
  const reporting = { ...config().reporting, githubToken: github.token };
  const record = planned(running({ a: 'nothing' }), { reporting });
  await post(record, { ...origin, pullRequest, headSha: 'c0ffee' }, keeping(), (text) => text, {});
  github.merge(pullRequest, 'c0ffee');

  runner.set({
    GITHUB_API_URL: github.apiUrl,
    GITHUB_REPOSITORY: 'octo-org/spaces-infra',
    GITHUB_SHA: 'c0ffee',
  });
  const { plan } = record;
  const { findReviewed } = await connect(configured({ reporting }), jobWith(), newRecord());
  expect(await findReviewed(plan?.digest ?? '')).toEqual(plan && fingerprints(plan));
  expect(await findReviewed('sha256:another')).toBeUndefined();
  github.job.permissions.pullRequests = 'none';
  expect(await findReviewed(plan?.digest ?? '')).toBeUndefined();

  const without = await connect(configured(), jobWith(), newRecord());
  expect(await without.findReviewed(plan?.digest ?? '')).toBeUndefined();
});
