/** The published IAM policies: what they may hold at all. That they are enough is seen in e2e/permissions.test.ts. */
import { expect, test } from '@jest/globals';
import { fleetPolicy, iamPolicy } from '../scripts/permissions/iam.ts';
import { AWS_USES, HELM_USES, type Job, JOBS, KUBERNETES_USES } from '../scripts/permissions/uses.ts';
import { readSources } from './architecture/sources.ts';

const READ_ONLY = JOBS.filter((job) => job.startsWith('plan-') || job.startsWith('check-'));

const actionsOf = (job: Job): readonly string[] => iamPolicy(job).Statement.flatMap(({ Action }) => Action);

test.each(READ_ONLY)('%s can change nothing in AWS', (job) => {
  // Taking a session of the workload’s role is what `prove-access` does in `check`; it changes nothing.
  const reads = /^(iam|eks):(Get|List|Describe|Simulate)|^eks-auth:AssumeRoleForPodIdentity$/;
  expect(actionsOf(job).filter((action) => !reads.test(action))).toEqual([]);
});

test.each(JOBS)('%s is bound to what the placeholders name', (job) => {
  const wide = iamPolicy(job).Statement.filter(({ Resource }) => Resource === '*');
  // IAM knows no narrower resource for these.
  const lists = /^(check|destroy)/.test(job) ? ['iam:ListRoles'] : [];
  expect(wide.flatMap(({ Action }) => Action)).toEqual(['iam:GetAccountSummary', ...lists]);
  const placeholders = JSON.stringify(iamPolicy(job)).match(/\$\{\w+\}/g) ?? [];
  const known = new Set([
    'PARTITION',
    'ACCOUNT_ID',
    'REGION',
    'CLUSTER_NAME',
    'ROLE_NAME',
    'ROLE_PATH',
    'OIDC_PROVIDER',
  ]);
  expect(placeholders.filter((placeholder) => !known.has(placeholder.slice(2, -1)))).toEqual([]);
  // As an inline policy: IAM’s quota, white space not counted, with room for long names.
  expect(JSON.stringify(iamPolicy(job)).length).toBeLessThan(6_000);
});

test('the search for clusters may list and describe them, and nothing else', () => {
  const granted = fleetPolicy().Statement.map(({ Action, Resource }) => [Action, Resource]);
  expect(granted).toEqual([
    [['eks:DescribeCluster'], 'arn:${PARTITION}:eks:*:${ACCOUNT_ID}:cluster/*'],
    // IAM knows no narrower resource.
    [['eks:ListClusters'], '*'],
  ]);
});

test('what only the proof of access needs stands apart, to be left out', () => {
  const proving = JOBS.filter((job) => actionsOf(job).includes('eks-auth:AssumeRoleForPodIdentity'));
  expect(proving).toEqual(['apply-pod-identity', 'check-pod-identity']);
  for (const job of proving) {
    const apart = iamPolicy(job).Statement.filter(({ Sid }) => Sid === 'ProveAccess');
    expect(apart.map(({ Action }) => Action)).toEqual([['eks-auth:AssumeRoleForPodIdentity']]);
    const others = iamPolicy(job).Statement.filter(({ Sid }) => Sid !== 'ProveAccess');
    expect(others.flatMap(({ Action }) => Action)).not.toContain('eks-auth:AssumeRoleForPodIdentity');
  }
});

test.each(JOBS)('%s may ask for the agent’s add-on whether it is there or not', (job) => {
  const asking = iamPolicy(job).Statement.filter(({ Action }) => Action.includes('eks:DescribeAddon'));
  expect(asking.map(({ Resource }) => Resource)).toEqual([
    [
      'arn:${PARTITION}:eks:${REGION}:${ACCOUNT_ID}:addon/${CLUSTER_NAME}/eks-pod-identity-agent/*',
      'arn:${PARTITION}:eks:${REGION}:${ACCOUNT_ID}:/clusters/${CLUSTER_NAME}/addons/eks-pod-identity-agent',
    ],
  ]);
});

test('roles are passed to EKS alone, and nobody may take a boundary off', () => {
  const all = JOBS.flatMap((job) => iamPolicy(job).Statement);
  const passes = all.filter(({ Action }) => Action.includes('iam:PassRole'));
  expect(passes).toHaveLength(1);
  for (const { Action, Condition } of passes) {
    expect(Action).toEqual(['iam:PassRole']);
    expect(Condition).toEqual({ StringEquals: { 'iam:PassedToService': 'pods.eks.amazonaws.com' } });
  }
  expect(all.flatMap(({ Action }) => Action)).not.toContain('iam:DeleteRolePermissionsBoundary');
});

/** `aws.createRole`, … wherever the core calls a port. */
const called = new Set(
  readSources()
    .filter(({ room }) => !['aws', 'cluster', 'github', 'tools'].includes(room))
    .flatMap(({ members }) => [...members]),
);

test('what the core calls is granted to somebody, and what nobody calls to nobody', () => {
  const tables = { aws: AWS_USES, kubernetes: KUBERNETES_USES, helm: HELM_USES };
  const wrong = Object.entries(tables).flatMap(([port, uses]) =>
    Object.entries(uses).flatMap(([method, jobs]) => {
      const calls = [...called].some((name) => name.endsWith(`.${method}`));
      return calls === jobs.length > 0 ? [] : [`${port}.${method}: ${calls ? 'called' : 'not called'}`];
    }),
  );
  expect(wrong).toEqual([]);
});
