/** Every mode with either identity, with nothing more than its two files of permissions/, and hardly anything to spare. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { z } from 'zod';
import type { Mode } from '../../src/model/config.ts';
import { SERVICE_ACCOUNT } from '../../sandbox/workload.ts';
import { untilPolicyHolds } from './support/group-member.ts';
import { changesOf } from './support/drift.ts';
import { exactPodIdentityTrust, ourTags } from './support/role.ts';
import { publishedPolicy } from './support/published-policy.ts';
import { sampled } from './support/sample.ts';
import { type Run, useScene } from './support/scene.ts';

interface Case {
  readonly identity: 'irsa' | 'pod-identity';
  /** The role's path: in the second world another one than IAM's own, to see that the policies hold there too. */
  readonly path: string;
  /** Whether the job is held to a boundary, as docs/permissions.md recommends. */
  readonly fenced: boolean;
}

const CASES: readonly Case[] = [
  { identity: 'irsa', path: '/', fenced: false },
  { identity: 'pod-identity', path: '/workloads/', fenced: true },
];
const RUNNER = 'github-runner';
/** The files with an admission policy: without it, nothing that it refuses would show here. */
const HELD: ReadonlySet<string> = new Set(['apply-pod-identity', 'destroy-pod-identity']);
const documentSchema = z.record(z.string(), z.unknown());

/** Granted and not asked for in these runs, since nobody had made associations, or a provider without its audience, before. */
const SPARE: Readonly<Record<Case['identity'], object>> = {
  irsa: {
    plan: ['eks:DescribePodIdentityAssociation'],
    apply: [
      'eks:DeletePodIdentityAssociation',
      'eks:DescribePodIdentityAssociation',
      'iam:AddClientIDToOpenIDConnectProvider',
    ],
    check: ['eks:DescribePodIdentityAssociation'],
    destroy: ['eks:DeletePodIdentityAssociation', 'eks:DescribePodIdentityAssociation'],
  },
  'pod-identity': {
    plan: [],
    apply: ['iam:PutRolePermissionsBoundary'],
    check: [],
    destroy: ['iam:DeleteOpenIDConnectProvider'],
  },
};

const NAMESPACE = JSON.stringify({
  apiVersion: 'v1',
  kind: 'Namespace',
  metadata: { name: 'upbound-system' },
});

const NOTHING = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Deny', Action: '*', Resource: 'arn:aws:s3:::nothing' }],
};

/** The run went well, and no call on the way was refused and borne. */
function expectWell(result: Run, verdict: string): void {
  const log = result.exitCode === 0 ? '' : result.log;
  expect({ log, verdict: result.outputs['verdict'] }).toEqual({ log: '', verdict });
  expect(result.log).not.toMatch(/AccessDenied|not authorized|is forbidden|could not be read/);
  // The job's own calls are signed; strangers who show their tokens to STS are meant to be refused.
  const own = result.calls.filter((call) => call.principalArn !== undefined);
  const refused = own.filter((call) => /AccessDenied|Unauthorized/.test(call.outcome));
  expect(refused.map((call) => `${call.service}:${call.action}`)).toEqual([]);
}

describe.each(sampled(CASES))('with $identity and a role below $path', ({ identity, path, fenced }) => {
  // Nothing at all may be done until `allow` says so.
  const scene = useScene({
    controlPlanes: [
      { group: 'team-a', name: 'one' },
      { group: 'team-b', name: 'two' },
    ],
    runnerPolicy: NOTHING,
    rbac: NAMESPACE,
    awsSettings: { associationNeedsGetRole: true },
  });
  const granted = new Map<Mode, ReadonlySet<string>>();
  const asked = new Map<Mode, ReadonlySet<string>>();
  let rbac = '';

  beforeAll(() => {
    const Statement = [{ Effect: 'Allow', Action: ['secretsmanager:*', 'ssm:*'], Resource: '*' }];
    const document = { Version: '2012-10-17', Statement };
    scene.world.aws.iam.createPolicy({ policyName: 'boundary', document });
    // Of an earlier `role-name`: `check` has to find it among others, and `destroy` to take it away.
    const trustPolicy = exactPodIdentityTrust(scene, ['mxp-earlier-system']);
    scene.world.aws.iam.createRole({ roleName: 'earlier', path: '/x/', trustPolicy, tags: ourTags(scene) });
    scene.world.aws.iam.createRole({ roleName: 'theirs', trustPolicy });
  });

  /** Takes away what the job may do, and gives it what the two files of the mode say. */
  async function allow(mode: Mode): Promise<void> {
    const { aws, kubectl } = scene.world;
    const policy = publishedPolicy(scene.world, `${mode}-${identity}`, path);
    expect(policy).not.toContain('${');
    aws.iam.putRolePolicy(RUNNER, 'runner', documentSchema.parse(JSON.parse(policy)));
    if (fenced) aws.iam.putRolePolicy(RUNNER, 'fence', fence());
    granted.set(mode, new Set(policy.match(/(?<=^ {8}")(?:iam|eks|eks-auth):\w+(?=",?$)/gm)));
    if (rbac !== '') await kubectl(['delete', '--filename', '-'], rbac);
    rbac = readFileSync(`permissions/rbac/${mode}-${identity}.yaml`, 'utf8');
    await kubectl(['apply', '--filename', '-'], rbac);
    if (HELD.has(`${mode}-${identity}`))
      await untilPolicyHolds(scene.world, scene.world.hostNamespace('team-a', 'one'), 'external-secrets');
  }

  async function run(mode: Mode, inputs: Readonly<Record<string, string>> = {}): Promise<Run> {
    const result = await scene.run({ mode, identity, 'role-path': path, ...inputs });
    const names = result.calls.flatMap((call) => call.asked);
    asked.set(mode, new Set([...(asked.get(mode) ?? []), ...names]));
    return result;
  }

  /** The statement of docs/permissions.md that demands a boundary, for the role and the boundary of this world. */
  function fence(): object {
    const [, json = ''] =
      /^## A boundary[\s\S]*?```json\n([\s\S]*?)```/m.exec(readFileSync('docs/permissions.md', 'utf8')) ?? [];
    const statement = json
      .replace(
        'arn:aws:iam::111122223333:role/space-prod-shared-secrets',
        `${scene.world.aws.iam.arn('role')}${path}*`,
      )
      .replace('arn:aws:iam::111122223333:policy/shared-secrets', scene.world.aws.iam.arn('policy/boundary'));
    return { Version: '2012-10-17', Statement: [documentSchema.parse(JSON.parse(statement))] };
  }

  const bounded = (): Readonly<Record<string, string>> => ({
    'permissions-boundary': scene.world.aws.iam.arn('policy/boundary'),
  });

  /** Other wishes than at first, so that there is something to update; and the proof, which needs rights of its own. */
  const later = (): Readonly<Record<string, string>> => ({
    ...bounded(),
    tags: 'team=platform',
    'secret-prefixes': 'other/',
    'prove-access': 'true',
    'probe-secrets': 'other/thing',
    'probe-parameters': '/prod/api/key',
  });

  test('without them it may not even look', async () => {
    const result = await run('plan');
    expect(result.outputs['failure-reason']).toBe('access-denied');
  });

  test('plan', async () => {
    await allow('plan');
    expectWell(await run('plan'), 'changes');
  });

  if (fenced) {
    test('apply may make no role without the boundary that the fence demands', async () => {
      await allow('apply');
      const result = await scene.run({ mode: 'apply', identity, 'role-path': path });
      expect(result.outputs['failure-reason']).toBe('access-denied');
      expect(scene.world.aws.iam.role(`${scene.world.clusterName}-shared-secrets`)).toBeUndefined();
    });
  }

  test('apply: from nothing, then all that an update may write', async () => {
    await allow('apply');
    expectWell(await run('apply', fenced ? bounded() : {}), 'applied');
    await scene.world.removeControlPlane('team-b', 'two');
    const { world } = scene;
    const namespace = world.hostNamespace('team-a', 'one');
    const association = world.aws.eks.association(world.clusterName, namespace, SERVICE_ACCOUNT);
    if (association !== undefined) association.disableSessionTags = true;
    const proven = await run('apply', later());
    expectWell(proven, 'applied');
    expect(proven.outputs['verification']).toContain('"check":"injection-forecast","status":"pass"');
    expect(proven.outputs['verification']).toContain('"check":"access-proof-negative","status":"pass"');
  });

  test('check', async () => {
    await allow('check');
    const result = await run('check', later());
    expectWell(result, 'in-sync');
    // It may make no pods, not even in a dry run: nothing is said of them, and nothing else suffers.
    expect(result.outputs['verified']).toBe('true');
    expect(result.outputs['verification']).not.toContain('injection-forecast');
    expect(changesOf(result)).toEqual({ role: 'keep security' });
  });

  test('plan again: what lets it look does not let it write', async () => {
    await allow('plan');
    expectWell(await run('plan', later()), 'in-sync');
    const result = await scene.run({ mode: 'apply', identity, 'role-path': path });
    expect(result.outputs['failure-reason']).toBe('access-denied');
    expect(result.outputs['changed']).toBe('false');
  });

  test('destroy', async () => {
    await allow('destroy');
    expectWell(await run('destroy'), 'destroyed');
    const left = [`${scene.world.clusterName}-shared-secrets`, 'earlier', 'theirs'].filter(
      (name) => scene.world.aws.iam.role(name) !== undefined,
    );
    expect(left).toEqual(['theirs']);
  });

  test('what they grant is asked for, but for what seldom happens', () => {
    const spare = [...granted].map(([mode, actions]) => [
      mode,
      [...actions].filter((action) => asked.get(mode)?.has(action) !== true),
    ]);
    expect(Object.fromEntries(spare)).toEqual(SPARE[identity]);
  });
});
