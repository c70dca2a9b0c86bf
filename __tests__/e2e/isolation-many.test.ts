/** More control planes than one role's policy has room for a statement each. */
import { expect, test } from '@jest/globals';
import { ROLE_NAME } from './support/role.ts';
import { errorOf, jsonOf, useScene } from './support/scene.ts';
import { notPassed } from './support/verification.ts';

const scene = useScene({ controlPlanes: 60, groups: 6 });
const inputs = { identity: 'pod-identity', 'comment-on-pr': 'false' };
const byName = { ...inputs, 'secret-prefixes': 'shared/\nteams/{group}/{name}/' };
// So many namespaces have no room in the trust policy one by one.
const byNamespace = {
  ...inputs,
  'secret-prefixes': 'shared/\ntenants/{namespace}/',
  'trust-scope': 'pattern',
};

test.each(['plan', 'apply'])(
  '`%s` by group and name is refused before any write, with the ways out',
  async (mode) => {
    const run = await scene.fail('quota-exceeded', { ...byName, mode });
    expect(run.writes).toEqual([]);
    const message = errorOf(run);
    expect(message).toMatch(
      /the role's inline policies would have \d+ characters, with a statement for each of 60 control planes, IAM allows 10240/,
    );
    const ways = [
      '{namespace}',
      '`isolate-by: session-policy`',
      'use fewer, shorter prefixes',
      '`control-planes`',
    ];
    for (const way of ways) expect(message).toContain(way);
  },
);

test('by namespace one statement does for all of them', async () => {
  const run = await scene.succeed({ ...byNamespace, mode: 'apply' });
  expect(notPassed(run)).toEqual([]);
  expect(jsonOf(run, 'restarted')).toHaveLength(60);
  const document = scene.world.aws.iam.role(ROLE_NAME)?.inlinePolicies['spaces-workload-identity'] ?? '';
  expect(document.split('aws:PrincipalTag/kubernetes-namespace')).toHaveLength(2);
  const again = await scene.succeed({ ...byNamespace, mode: 'apply' });
  expect(again.writes).toEqual([]);
}, 600_000);

test('by group and name, session policies hold them all', async () => {
  const run = await scene.succeed({ ...byName, mode: 'apply', 'isolate-by': 'session-policy' });
  expect(notPassed(run).filter((row) => !row.endsWith('trust-policy: warn'))).toEqual([]);
  expect(run.writes.filter((write) => write === 'eks:UpdatePodIdentityAssociation')).toHaveLength(60);
}, 600_000);
