/** What the action refuses, why, and what it has done until then: nothing. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { helmHistory, snapshot } from './support/cluster.ts';
import { leavePending } from './support/pending.ts';
import { errorOf, namesOf, useScene } from './support/scene.ts';

const plan = { mode: 'plan', identity: 'irsa' };
const apply = { mode: 'apply', identity: 'irsa' };

const scene = useScene({ controlPlanes: 1, groups: 1 });

test('bad inputs are all named at once, before any call', async () => {
  const { github } = scene.world;
  const requests = github.requests.length;
  const run = await scene.fail('invalid-input', {
    mode: 'aply',
    identity: 'kiam',
    'cluster-name': '',
    'role-duration': '1 hour',
    'secret-prefixes': 'prod/*',
    'trust-scope': 'all',
    prune: 'yes',
    'wait-timeout': 'soon',
    'registry-password': '',
    'expected-plan': 'latest',
  });
  for (const [name, value] of [
    ['mode', 'aply'],
    ['identity', 'kiam'],
    ['role-duration', '1 hour'],
    ['secret-prefixes', 'prod/*'],
    ['trust-scope', 'all'],
    ['prune', 'yes'],
    ['wait-timeout', 'soon'],
    ['expected-plan', 'latest'],
  ])
    expect(errorOf(run)).toContain(`\`${name}\`: \`${value}\` is not understood; allowed: `);
  expect(errorOf(run)).toContain('`cluster-name` is required');
  expect(errorOf(run)).toContain('`registry-username` needs `registry-password`');
  expect(errorOf(run)).toContain('`plan`, `apply`, `check`, `destroy`');
  expect(run.calls).toEqual([]);
  expect(github.requests).toHaveLength(requests);
  expect(run.outputs).toMatchObject({ verdict: 'error', changed: 'false' });
});

test.each(['apply', 'destroy'])('%s is refused under pull_request, before any call', async (mode) => {
  const { github } = scene.world;
  const { event } = github.job;
  github.job.event = 'pull_request';
  const run = await scene.fail('invalid-input', { ...apply, mode });
  github.job.event = event;
  expect(errorOf(run)).toContain(`\`mode: ${mode}\` is refused under \`pull_request\``);
  expect(run.calls).toEqual([]);
});

test('apply after a run of a pull request is refused, before any call', async () => {
  const { github } = scene.world;
  const { event } = github.job;
  github.job.event = 'workflow_run';
  // The sandbox's payload does not tell which run it follows: that is refused as well.
  const run = await scene.fail('invalid-input', apply);
  github.job.event = event;
  expect(errorOf(run)).toContain('`mode: apply` is refused under `workflow_run`');
  expect(run.calls).toEqual([]);
});

test('a kubeconfig that was cut off, and credentials in addresses: refused at once, and nowhere to be seen', async () => {
  const kubeconfig = JSON.stringify({ users: [{ user: { token: 'token-of-a-user' } }] }).slice(0, -2);
  const run = await scene.fail('invalid-input', {
    ...apply,
    kubeconfig,
    chart: 'https:/user:pass-of-a-chart@charts.example.com/spaces',
    'helm-download-url': 'https://user:pass-of-a-mirror@mirror.example.com',
    'control-plane-selector': 'a in',
  });
  for (const name of ['kubeconfig', 'chart', 'helm-download-url'])
    expect(errorOf(run)).toContain(`\`${name}\`: its value (not shown) is not understood`);
  expect(errorOf(run)).toContain('`control-plane-selector`: `a in` is not understood');
  expect(run.calls).toEqual([]);
  const seen = [
    run.rawLog.replaceAll(/^::add-mask::.*$/gm, ''),
    run.summary,
    JSON.stringify(run.outputs),
  ].join();
  for (const secret of ['token-of-a-user', 'pass-of-a-chart', 'pass-of-a-mirror'])
    expect(seen).not.toContain(secret);
});

test('a job that may not have a token is told the permission, and AWS is not asked', async () => {
  const { permissions } = scene.world.github.job;
  permissions.idToken = 'none';
  const run = await scene.fail('sign-in-denied', plan);
  permissions.idToken = 'write';
  expect(errorOf(run)).toMatch(/permissions:\s+id-token: write/);
  expect(run.calls).toEqual([]);
});

test.each(['immutable', 'name'])(
  'a job that the role does not admit is told its token (%s subject)',
  async (form) => {
    const { github } = scene.world;
    const { job } = github;
    const { environment, subject: before } = job;
    job.environment = 'staging';
    job.subject = form;
    const sub = github.subject();
    const run = await scene.fail('sign-in-denied', plan);
    job.environment = environment;
    job.subject = before;

    const message = errorOf(run);
    expect(message).toContain(`sub: ${sub}`);
    expect(message).toContain('aud: sts.amazonaws.com');
    expect(message).toContain(`iss: ${job.issuer}`);
    expect(message).toContain(`"token.actions.githubusercontent.com:sub": "${sub}"`);
    expect(message).toContain('"token.actions.githubusercontent.com:aud": "sts.amazonaws.com"');
    expect(message).toContain(
      form === 'name' ? 'repo:octo-org@65/spaces-infra@74:' : 'repo:octo-org/spaces-infra:',
    );
    expect(namesOf(run.calls)).toEqual(['sts:AssumeRoleWithWebIdentity']);
  },
);

test('the wrong account is refused before anything is read in it', async () => {
  const run = await scene.fail('wrong-account', { ...apply, 'allowed-account-ids': '999988887777' });
  expect(errorOf(run)).toContain('111122223333');
  expect(namesOf(run.calls)).toEqual(['sts:AssumeRoleWithWebIdentity', 'sts:GetCallerIdentity']);
});

test('a cluster that is not there', async () => {
  const run = await scene.fail('cluster-not-found', { ...plan, 'cluster-name': 'space-test' });
  expect(errorOf(run)).toContain('describe EKS cluster space-test in eu-central-1');
  expect(run.writes).toEqual([]);
});

test('without an access entry: the command that makes one', async () => {
  const { aws, clusterName, runnerRoleArn } = scene.world;
  const { accessEntries } = aws.eks.cluster(clusterName);
  const entry = accessEntries.get(runnerRoleArn);
  accessEntries.delete(runnerRoleArn);
  const run = await scene.fail('cluster-access-denied', apply);
  if (entry !== undefined) accessEntries.set(runnerRoleArn, entry);
  expect(errorOf(run)).toContain(
    `aws eks create-access-entry --cluster-name space-prod --principal-arn ${runnerRoleArn} ` +
      '--kubernetes-groups spaces-workload-identity --region eu-central-1',
  );
  expect(run.writes).toEqual([]);
});

test('a cluster, or a namespace of it, without a Space', async () => {
  const run = await scene.fail('not-a-space', { ...apply, 'helm-namespace': 'elsewhere' });
  expect(errorOf(run)).toContain('there is no Deployment spaces-controller in namespace elsewhere');
  expect(run.writes).toEqual([]);
});

test('the kubeconfig of a control plane is recognised', async () => {
  const server =
    'https://spaces.example.com/apis/spaces.upbound.io/v1beta1/namespaces/team-a/controlplanes/ctp-1/k8s';
  const kubeconfig = stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'upbound', cluster: { server } }],
    users: [{ name: 'upbound', user: { token: 'token-of-a-user' } }],
    contexts: [{ name: 'upbound', context: { cluster: 'upbound', user: 'upbound' } }],
    'current-context': 'upbound',
  });
  const run = await scene.fail('not-a-space', { ...apply, kubeconfig });
  expect(errorOf(run)).toContain('it leads into control plane team-a/ctp-1');
  expect(run.rawLog.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain('token-of-a-user');
  expect(run.writes).toEqual([]);
});

test('a helm that is not what its release says is not run and not kept', async () => {
  const { downloads, dir } = scene.world;
  downloads.faults.push({ path: /\.sha256sum$/, kind: 'wrong-checksum', times: 1 });
  const toolCache = join(dir, 'empty-tool-cache');
  const run = await scene.fail('tool-unavailable', apply, { toolCache });
  expect(errorOf(run)).toMatch(
    /verify .*helm.*its SHA-256 is [0-9a-f]{64}, .*checksum file is [0-9a-f]{64}/s,
  );
  expect(run.writes).toEqual([]);
  expect((await readdir(toolCache)).filter((name) => name.includes('helm'))).toEqual([]);
});

test('a release with another operation on it: the command that frees it', async () => {
  const free = await leavePending(scene, 2);
  const run = await scene.fail('release-busy', { ...apply, 'wait-timeout': '1s' });
  await free();
  expect(errorOf(run)).toContain('the last revision is pending-upgrade');
  expect(errorOf(run)).toContain('helm rollback spaces 1 --namespace upbound-system');
  expect(await helmHistory(scene)).toHaveLength(1);
});

test('a registry that refuses the login: nothing is made before the release either', async () => {
  const before = await snapshot(scene);
  const run = await scene.fail('chart-unavailable', { ...apply, 'registry-password': 'not-the-password' });
  expect(run.writes).toEqual([]);
  expect(errorOf(run)).toContain('the registry refused the credentials');
  expect(errorOf(run)).toContain('registry-username');
  expect(run.rawLog.replaceAll(/^::add-mask::.*$/gm, '')).not.toContain('not-the-password');
  expect(await snapshot(scene)).toEqual(before);
});
