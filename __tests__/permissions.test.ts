/** The published permissions: what they may hold at all. That they are enough is seen in e2e/permissions.test.ts. */
import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { iamPolicy } from '../scripts/permissions/iam.ts';
import { rulesOf, SCOPES } from '../scripts/permissions/rbac.ts';
import { AWS_USES, HELM_USES, type Job, JOBS, KUBERNETES_USES } from '../scripts/permissions/uses.ts';
import { readSources } from './architecture/sources.ts';

const READ_ONLY = JOBS.filter((job) => job.startsWith('plan-') || job.startsWith('check-'));

const actionsOf = (job: Job): readonly string[] => iamPolicy(job).Statement.flatMap(({ Action }) => Action);

test.each(READ_ONLY)('%s can change nothing in AWS', (job) => {
  // Taking a session of the workload’s role is what `prove-access` does in `check`; it changes nothing.
  const reads = /^(iam|eks):(Get|List|Describe|Simulate)|^eks-auth:AssumeRoleForPodIdentity$/;
  expect(actionsOf(job).filter((action) => !reads.test(action))).toEqual([]);
});

test.each(READ_ONLY)('%s can change nothing in the cluster', (job) => {
  const rules = SCOPES.flatMap(({ scope }) => rulesOf(job, scope));
  const writing = rules.filter(({ verbs = [] }) => verbs.some((verb) => verb !== 'get' && verb !== 'list'));
  const resources = writing.flatMap((rule) => rule['resources'] ?? []);
  expect(resources).toEqual(job.startsWith('plan-') ? [] : ['serviceaccounts/token']);
});

test.each(JOBS)('%s is bound to what the placeholders name', (job) => {
  const wide = iamPolicy(job).Statement.filter(({ Resource }) => Resource === '*');
  expect(wide.flatMap(({ Action }) => Action)).toEqual(['iam:GetAccountSummary']);
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

const manifest = z.object({
  kind: z.enum(['ClusterRole', 'ClusterRoleBinding', 'Role', 'RoleBinding']),
  metadata: z.object({ name: z.string() }),
  subjects: z.array(z.object({ kind: z.string(), name: z.string() })).optional(),
});

test.each(JOBS)('permissions/rbac/%s.yaml binds the group and nobody else', (job) => {
  const text = readFileSync(`permissions/rbac/${job}.yaml`, 'utf8');
  const manifests = parseAllDocuments(text).map((document) => manifest.parse(document.toJS()));
  expect(new Set(manifests.map(({ metadata }) => metadata.name))).toEqual(
    new Set([`spaces-workload-identity-${job}`]),
  );
  const bindings = manifests.filter(({ kind }) => kind.endsWith('Binding'));
  expect(bindings.length * 2).toBe(manifests.length);
  for (const { subjects } of bindings)
    expect(subjects).toEqual([{ apiGroup: undefined, kind: 'Group', name: 'spaces-workload-identity' }]);
});

test('only the jobs that upgrade the release have all rights', () => {
  const all = JOBS.filter((job) => rulesOf(job, 'cluster').some(({ verbs = [] }) => verbs.includes('*')));
  expect(all).toEqual(['apply-irsa', 'destroy-irsa']);
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
