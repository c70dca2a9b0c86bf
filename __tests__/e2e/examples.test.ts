/** The workflows of examples/, run by act as they stand there, in the order of a Space's life: with EKS Pod Identity. */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { stringify } from 'yaml';
import { sarifProblems } from '../support/sarif.ts';
import { associationsOf } from './support/associations.ts';
import { helmHistory, hostsOf, injectedIn, snapshot } from './support/cluster.ts';
import { allowAll } from './support/drifts-role.ts';
import {
  expectApplied,
  expectWell,
  issuesOf,
  keptJson,
  registryLogin,
  SCENES,
  startMonitor,
} from './support/example-results.ts';
import { useExamples } from './support/example-runner.ts';
import { podIdentity } from './support/identity.ts';
import { exactPodIdentityTrust, prodAccess, ROLE_NAME, roleArn, roleOf } from './support/role.ts';
import { useScene } from './support/scene.ts';

const scene = useScene({ controlPlanes: 2, groups: 2 });
const examples = useExamples(scene);
const hosts = (): readonly string[] => hostsOf(scene);
const github = () => scene.world.github;
const drift = (action: string): void => {
  scene.world.aws.iam.putRolePolicy(ROLE_NAME, 'spaces-workload-identity', allowAll(action));
};

test('plan: a comment on the pull request, and no write', async () => {
  const run = await examples.run('plan');
  expectWell(run);
  expect(run).toMatchObject({ writes: [], outputs: [{ verdict: 'changes' }] });
  const [comment, ...others] = github().comments.values();
  expect(others).toEqual([]);
  expect(comment?.issue).toBe(run.pullRequest);
  for (const host of hosts()) expect(comment?.body).toContain(`association/${host}`);
});

test('apply: the role and the associations are made; again, and nothing is to do', async () => {
  const run = await examples.run('apply');
  expectApplied(run);
  expect(run.writes).toEqual([
    'eks:CreateAddon',
    'eks:CreatePodIdentityAssociation',
    'eks:CreatePodIdentityAssociation',
    'iam:CreateRole',
    'iam:PutRolePolicy',
  ]);
  expect(roleOf(scene).trustPolicy).toEqual(exactPodIdentityTrust(scene, hosts()));
  expect(associationsOf(scene).map((one) => one.roleArn)).toEqual(hosts().map(() => roleArn(scene)));
  expect(await injectedIn(scene, hosts())).toEqual(hosts().map(() => podIdentity));
  const before = await snapshot(scene);
  const again = await examples.run('apply');
  expectApplied(again, 'false');
  expect(again.writes).toEqual([]);
  expect(await snapshot(scene)).toEqual(before);
});

test('check: no issue while all is in sync; drift fails it and opens one', async () => {
  const run = await examples.run('check');
  expectWell(run);
  expect(run.outputs).toMatchObject([{ verdict: 'in-sync', drift: 'false', verified: 'true' }]);
  expect(issuesOf(scene)).toEqual([]);
  drift('secretsmanager:*');
  const drifted = await examples.run('check');
  expect(drifted).toMatchObject({ exitCode: 1, writes: [], outputs: [{ 'failure-reason': 'drift' }] });
  expect(issuesOf(scene)).toEqual([[expect.stringContaining('space-prod'), 'open']]);
});

test('heartbeat: the monitor hears of a check that looked, and nothing of one that could not', async () => {
  const monitor = await startMonitor();
  const secrets = { HEARTBEAT_URL: monitor.url };
  const drifted = await examples.run('heartbeat', { secrets });
  expect(drifted).toMatchObject({ exitCode: 1, outputs: [{ verdict: 'drifted' }] });
  expect(monitor.heard).toEqual(['verdict=drifted']);
  const { faults } = scene.world.aws;
  const error = { code: 'AccessDeniedException', message: 'no', status: 403 };
  faults.add({ action: 'eks:DescribeCluster', error, times: 1 });
  expect(await examples.run('heartbeat', { secrets })).toMatchObject({ exitCode: 1 });
  await monitor.close();
  expect(monitor.heard).toEqual(['verdict=drifted']);
});

test('code-scanning: the findings of a check that fails are uploaded', async () => {
  const run = await examples.run('code-scanning');
  expect(run).toMatchObject({ exitCode: 1, writes: [], outputs: [{ verdict: 'drifted' }] });
  const sarif = keptJson(examples, 'findings.sarif');
  expect(sarifProblems(sarif)).toEqual([]);
  expect(JSON.stringify(sarif)).toContain('"ruleId":"drift/access-policy"');
});

test('attested: the verification of a check that fails is signed and kept', async () => {
  const run = await examples.run('attested');
  expect(run).toMatchObject({ exitCode: 1, writes: [], outputs: [{ verdict: 'drifted' }] });
  const [output] = run.outputs;
  expect(keptJson(examples, 'attested/subject.json')).toMatchObject({ digest: output?.['plan-digest'] });
  expect(keptJson(examples, 'attested/predicate.json')).toMatchObject({
    verified: false,
    checks: expect.any(Array),
  });
  const artifact = readdirSync(join(examples.ground.kept, 'artifacts', 'workload-identity-evidence'));
  expect(artifact.toSorted((a, b) => a.localeCompare(b))).toEqual(['plan.json', 'verification.json']);
});

test('approved: what has changed since the plan is not applied; what was planned is, and the issue closes', async () => {
  const { aws } = scene.world;
  // Between the two jobs: at the sign-in of the second.
  aws.faults.bend = async (call, answer) => {
    if (call === 'sts:AssumeRoleWithWebIdentity' && answer.body.includes('space-prod-apply')) drift('ssm:*');
    return await Promise.resolve(answer);
  };
  const refused = await examples.run('approved');
  aws.faults.bend = undefined;
  expect(refused).toMatchObject({ exitCode: 1, writes: [], jobs: { plan: 'success', apply: 'failure' } });
  expect(refused.outputs[1]).toMatchObject({ 'failure-reason': 'plan-changed', changed: 'false' });

  const run = await examples.run('approved');
  expectApplied(run);
  const [planned, applied] = run.outputs;
  expect(planned?.['plan-digest']).toMatch(/^sha256:/);
  expect(applied?.['plan-digest']).toBe(planned?.['plan-digest']);
  expect(run.writes).toEqual(['iam:PutRolePolicy']);
  expect((await examples.run('check')).exitCode).toBe(0);
  expect(issuesOf(scene)).toEqual([[expect.any(String), 'closed']]);
});

test('terraform-role: the associations go to a role made elsewhere, which is not written', async () => {
  scene.world.aws.iam.createRole({
    roleName: 'shared-secrets',
    path: '/spaces/',
    trustPolicy: exactPodIdentityTrust(scene, hosts()),
    inlinePolicies: { secrets: prodAccess(scene) },
  });
  const run = await examples.run('terraform-role');
  expectApplied(run);
  expect(run.writes).toEqual(hosts().map(() => 'eks:UpdatePodIdentityAssociation'));
  const arn = scene.world.aws.iam.arn('role/spaces/shared-secrets');
  expect(associationsOf(scene).map((one) => one.roleArn)).toEqual(hosts().map(() => arn));
});

test('destroy: all that was made is gone, and nothing else', async () => {
  const run = await examples.run('destroy');
  expectWell(run);
  expect(run.outputs).toMatchObject([{ verdict: 'destroyed' }]);
  expect(associationsOf(scene)).toEqual([]);
  expect(scene.world.aws.iam.role(ROLE_NAME)).toBeUndefined();
  expect(scene.world.aws.iam.role('shared-secrets')).toBeDefined();
});

test('provision: the Space is upgraded, its control planes get their identity, and a later job is told', async () => {
  const revisions = (await helmHistory(scene)).length;
  const run = await examples.run('provision', {
    secrets: registryLogin(scene),
    files: { 'spaces.yaml': stringify({ features: { alpha: { sharedSecrets: { enabled: true } } } }) },
  });
  expectApplied(run);
  expect(run.jobs).toEqual({ space: 'success', identity: 'success', 'hand-on': 'success' });
  expect(await helmHistory(scene)).toHaveLength(revisions + 1);
  expect(associationsOf(scene)).toHaveLength(2);
  expect(run.log).toContain(`Summary - ${roleArn(scene)} is what [{"controlPlane":"team-a/ctp-1"`);
  expect((await examples.run('destroy')).exitCode).toBe(0);
});

test('every example has a scene, and these have been run', () => {
  const files = readdirSync('examples', { recursive: true, encoding: 'utf8' });
  const names = files.filter((name) => name.endsWith('.yml')).map((name) => name.replace('.yml', ''));
  const known = new Set<string>(Object.values(SCENES).flat());
  expect(names.filter((name) => !known.has(name))).toEqual([]);
  expect([...examples.ran]).toEqual(SCENES.examples);
});
