/** Control planes that session policies keep apart: from nothing, broken by hand, and moved to and from the other ways. */
import { beforeAll, expect, test } from '@jest/globals';
import { editAssociation } from './support/associations.ts';
import { changesOf } from './support/drift.ts';
import type { Identity } from './support/mechanisms.ts';
import { reading } from './support/reader.ts';
import { ROLE_NAME } from './support/role.ts';
import { useScene } from './support/scene.ts';
import {
  BY_NAMESPACE,
  BY_PLACEHOLDER,
  expectApart,
  expectShared,
  GROUPS,
  hostOfTenant,
  layOut,
  secretsBy,
  SHARED,
  TENANTS,
} from './support/six-tenants.ts';
import { detailOf, notPassed } from './support/verification.ts';

const OWN = 'teams/{group}/{name}/';
const own = { 'secret-prefixes': `shared/\n${OWN}`, 'comment-on-pr': 'false' };
const SESSIONS = { ...own, identity: 'pod-identity', 'isolate-by': 'session-policy' };
const TAGS = { ...own, identity: 'pod-identity' };
const IRSA = { ...own, identity: 'irsa' };

const scene = useScene({ controlPlanes: TENANTS, groups: GROUPS });
const secrets = () => secretsBy(scene, OWN);

beforeAll(() => {
  layOut(scene, secrets());
});

test('from nothing: each reads its own and the common ones, proven with probes', async () => {
  const run = await scene.succeed({
    ...SESSIONS,
    mode: 'apply',
    'prove-access': 'true',
    'probe-secrets': `${OWN}key\n${SHARED}`,
  });
  expect(notPassed(run).filter((row) => !row.endsWith('trust-policy: warn'))).toEqual([]);
  expect(run.log).toContain('bound to account and cluster only');
  expect(detailOf(run, 'team-a/web', 'isolation')).toMatch(/; refused secret teams\/team-.*\/key of team-/);
  await expectApart(scene, 'pod-identity', secrets());
});

test('a second apply writes nothing', async () => {
  const run = await scene.succeed({ ...SESSIONS, mode: 'apply' });
  expect(run.writes).toEqual([]);
  expect(run.outputs).toMatchObject({ changed: 'false', restarted: '[]' });
});

test('what somebody opens by hand is found as drift and by the check, and put right', async () => {
  const namespace = hostOfTenant(scene, { group: 'team-a', name: 'web' });
  const document = JSON.stringify({
    Version: '2012-10-17',
    Statement: [
      {
        Sid: 'SpacesWorkloadIdentity',
        Effect: 'Allow',
        Action: 'secretsmanager:GetSecretValue',
        Resource: '*',
      },
    ],
  });
  editAssociation(scene, namespace, { policy: document });
  const run = await scene.fail('drift', { ...SESSIONS, mode: 'check' });
  expect(changesOf(run)).toMatchObject({ [`association/${namespace}`]: 'update security' });
  expect(detailOf(run, 'team-a/web', 'isolation')).toContain('it may read teams/team-');
  const repaired = await scene.succeed({ ...SESSIONS, mode: 'apply' });
  expect(repaired.writes).toEqual(['eks:UpdatePodIdentityAssociation']);
  scene.world.agent.forget();
  await expectApart(scene, 'pod-identity', secrets());
});

test.each<[string, Identity, typeof own]>([
  ['session tags', 'pod-identity', TAGS],
  ['session policies again', 'pod-identity', SESSIONS],
  ['IRSA', 'irsa', IRSA],
  ['session policies from there', 'pod-identity', SESSIONS],
])(
  'to %s: a running pod never reads another’s, and but for its restart never loses its own',
  async (_what, identity, inputs) => {
    const [run, read] = await reading(scene, secrets(), () => scene.succeed({ ...inputs, mode: 'apply' }));
    expect(read.wrong).toEqual([]);
    expect(read.count).toBeGreaterThan(36);
    expect(notPassed(run).filter((row) => !row.endsWith('trust-policy: warn'))).toEqual([]);
    await expectApart(scene, identity, secrets());
    const again = await scene.succeed({ ...inputs, mode: 'apply' });
    expect(again.writes).toEqual([]);
  },
  400_000,
);

test.each([...BY_PLACEHOLDER, ...BY_NAMESPACE])(
  '%s: who shares it reads it, and nobody else',
  async (prefix, shares) => {
    const run = await scene.succeed({ ...SESSIONS, 'secret-prefixes': `shared/\n${prefix}`, mode: 'apply' });
    expect(notPassed(run).filter((row) => !row.endsWith('trust-policy: warn'))).toEqual([]);
    layOut(scene, secretsBy(scene, prefix));
    await expectShared(scene, 'pod-identity', prefix, shares);
  },
);

test('`destroy` leaves nothing', async () => {
  await scene.succeed({ ...SESSIONS, mode: 'destroy' });
  expect(scene.world.aws.iam.role(ROLE_NAME)).toBeUndefined();
});
