/** The published rights in the cluster: what they may hold at all. That the policies hold is seen in e2e/admission-policy.test.ts. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { type Job, JOBS } from '../scripts/permissions/uses.ts';

const GROUP = 'spaces-workload-identity';
const POLICY_KINDS = new Set(['ValidatingAdmissionPolicy', 'ValidatingAdmissionPolicyBinding']);
const ADMINISTRATORS: readonly Job[] = ['apply-irsa', 'destroy-irsa'];
const RESTARTING: readonly Job[] = ['apply-pod-identity', 'destroy-pod-identity'];
const PROVING: readonly Job[] = ['apply-irsa', 'apply-pod-identity', 'check-irsa', 'check-pod-identity'];

const strings = z.array(z.string());
const rule = z.object({
  apiGroups: strings.optional(),
  resources: strings.optional(),
  resourceNames: strings.optional(),
  verbs: strings,
});
const manifest = z.object({
  kind: z.string(),
  metadata: z.object({ name: z.string(), namespace: z.string().optional() }),
  rules: z.array(rule).default([]),
  roleRef: z.object({ kind: z.string(), name: z.string() }).optional(),
  subjects: z.array(z.object({ kind: z.string(), name: z.string() })).optional(),
  spec: z.record(z.string(), z.unknown()).optional(),
});
type Manifest = z.infer<typeof manifest>;

/** A policy and its binding have one name. */
const twice = (name: string): readonly string[] => [name, name];

const textOf = (job: Job): string => readFileSync(`permissions/rbac/${job}.yaml`, 'utf8');

function parsed(text: string): readonly Manifest[] {
  return parseAllDocuments(text).map((document) => manifest.parse(document.toJS()));
}

const manifestsOf = (job: Job): readonly Manifest[] => parsed(textOf(job));
const rulesOf = (job: Job) => manifestsOf(job).flatMap(({ rules }) => rules);
const policiesOf = (job: Job) => manifestsOf(job).filter(({ kind }) => POLICY_KINDS.has(kind));

test.each(JOBS.filter((job) => /^(plan|check)-/.test(job)))('%s can change nothing in the cluster', (job) => {
  const writing = rulesOf(job).filter(({ verbs }) => verbs.some((verb) => verb !== 'get' && verb !== 'list'));
  const resources = writing.flatMap((each) => each.resources ?? []);
  expect(resources).toEqual(job.startsWith('plan-') ? [] : ['serviceaccounts/token']);
});

test.each(JOBS)('permissions/rbac/%s.yaml binds the group and nobody else', (job) => {
  const bindings = manifestsOf(job).filter(({ kind }) => /^(Cluster)?RoleBinding$/.test(kind));
  const roles = manifestsOf(job).filter(({ kind }) => /^(Cluster)?Role$/.test(kind));
  expect(bindings.map(({ roleRef, metadata }) => [roleRef?.kind, roleRef?.name, metadata.namespace])).toEqual(
    roles.map(({ kind, metadata }) => [kind, metadata.name, metadata.namespace]),
  );
  for (const { subjects } of bindings) expect(subjects).toEqual([{ kind: 'Group', name: GROUP }]);
  for (const { metadata } of manifestsOf(job))
    expect(metadata.name).toMatch(new RegExp(`^${GROUP}-${job}(-release|-prove-access)?$`));
});

test('only the jobs that upgrade the release have all rights', () => {
  const all = JOBS.filter((job) => rulesOf(job).some(({ verbs }) => verbs.includes('*')));
  expect(all).toEqual(ADMINISTRATORS);
});

const NARROW = JOBS.filter((job) => !ADMINISTRATORS.includes(job));

test.each(NARROW)('%s: no right that would lead to others, or around a policy', (job) => {
  const reached = rulesOf(job).flatMap(({ resources = [], verbs }) =>
    resources.flatMap((resource) => verbs.map((verb) => `${verb} ${resource}`)),
  );
  const reads = /^(get|list) [a-z]+$/;
  expect(reached.filter((right) => !reads.test(right))).toEqual([
    // Held to dry runs by the policy of the same file, without which nobody may have it.
    ...(job === 'apply-pod-identity' ? ['create pods'] : []),
    ...(RESTARTING.includes(job) ? ['patch deployments'] : []),
    ...(PROVING.includes(job) ? ['create serviceaccounts/token'] : []),
  ]);
});

test.each(JOBS)('%s: the rights of the proof are a ClusterRole of their own, and say so', (job) => {
  const withTokens = manifestsOf(job).filter(({ rules }) =>
    rules.some(({ resources = [] }) => resources.includes('serviceaccounts/token')),
  );
  expect(withTokens.map(({ kind, rules }) => [kind, rules.length])).toEqual(
    PROVING.includes(job) ? [['ClusterRole', 1]] : [],
  );
  for (const { metadata } of withTokens) expect(metadata.name).toBe(`${GROUP}-${job}-prove-access`);
  const marked = textOf(job).match(
    /^# For `prove-access` only: LEAVE IT OUT.*\n(#.*\n)*apiVersion.*\nkind: .*$/m,
  );
  expect(marked?.[0].split('\n').at(-1)).toBe(PROVING.includes(job) ? 'kind: ClusterRole' : undefined);
});

test.each(NARROW)('%s: the Secrets of the Space can be left out alone', (job) => {
  const reading = manifestsOf(job).filter(({ rules }) =>
    rules.some(({ resources = [] }) => resources.includes('secrets')),
  );
  expect(reading.map(({ kind, metadata, rules }) => [kind, metadata, rules.length])).toEqual([
    ['Role', { name: `${GROUP}-${job}-release`, namespace: 'upbound-system' }, 1],
  ]);
});

describe('admission policies', () => {
  test('hold those who may patch Deployments, and those who may take tokens', () => {
    const found = JOBS.map((job) => [job, policiesOf(job).map(({ metadata }) => metadata.name)]);
    expect(Object.fromEntries(found)).toEqual({
      'plan-irsa': [],
      'plan-pod-identity': [],
      'check-irsa': twice(`${GROUP}-check-irsa-prove-access`),
      'check-pod-identity': twice(`${GROUP}-check-pod-identity-prove-access`),
      'apply-irsa': [],
      'apply-pod-identity': [
        ...twice(`${GROUP}-apply-pod-identity`),
        ...twice(`${GROUP}-apply-pod-identity-prove-access`),
      ],
      'destroy-irsa': [],
      'destroy-pod-identity': twice(`${GROUP}-destroy-pod-identity`),
    });
  });

  const specs = JOBS.flatMap((job) =>
    policiesOf(job).map(({ kind, metadata, spec }): [string, string, unknown] => [kind, metadata.name, spec]),
  );

  test.each(specs)('%s %s is closed by default and asks nothing of others', (kind, name, spec) => {
    expect(spec).toMatchObject(
      kind === 'ValidatingAdmissionPolicyBinding'
        ? { policyName: name, validationActions: ['Deny'] }
        : {
            failurePolicy: 'Fail',
            matchConditions: [
              {
                name: 'member-of-the-group',
                expression: `'${GROUP}' in request.userInfo.?groups.orValue([])`,
              },
            ],
          },
    );
  });

  test.each([...RESTARTING, ...PROVING.filter((job) => NARROW.includes(job))])(
    '%s: they are applied before the rights that they narrow',
    (job) => {
      const kinds = manifestsOf(job).map(({ kind }) => kind);
      const policies = kinds.filter((kind) => POLICY_KINDS.has(kind));
      expect(policies.length).toBeGreaterThan(0);
      expect(kinds.slice(0, policies.length)).toEqual(policies);
    },
  );

  test.each(JOBS)('%s: the documented way to another group takes the policies along', (job) => {
    const [, pattern = '', name = ''] = /sed 's\/([\w-]+)\/([\w-]+)\/g'/.exec(textOf(job)) ?? [];
    expect([pattern, name]).toEqual([GROUP, 'NAME']);
    const moved = textOf(job).replaceAll(pattern, 'spaces-apply');
    expect(moved).not.toContain(GROUP);
    const holds = moved.match(/'spaces-apply' in request/g) ?? [];
    expect(holds.length * 2).toBe(policiesOf(job).length);
    const bound = parsed(moved).flatMap(({ subjects = [] }) => subjects);
    expect(new Set(bound.map(({ name: group }) => group))).toEqual(new Set(['spaces-apply']));
  });
});
