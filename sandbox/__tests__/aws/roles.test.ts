/** Roles through the SDK. */
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  GetRoleCommand,
  ListInstanceProfilesForRoleCommand,
  ListRoleTagsCommand,
  ListRolesCommand,
  TagRoleCommand,
  UntagRoleCommand,
  UpdateAssumeRolePolicyCommand,
  UpdateRoleCommand,
} from '@aws-sdk/client-iam';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import {
  account,
  type Bench,
  irsaTrust,
  namespace,
  podTrust,
  startBench,
  subjectOf,
  userWith,
} from '../../aws/testing.ts';

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.aws.close());

const trust = JSON.stringify(podTrust());
const name = { RoleName: 'workload' };
const create = (input: object = {}): CreateRoleCommand =>
  new CreateRoleCommand({ ...name, AssumeRolePolicyDocument: trust, ...input });

test('a created role reads back whole, its trust policy URL-encoded', async () => {
  const { iam } = bench.admin;
  const boundary = bench.aws.iam.createPolicy({ policyName: 'bound', document: podTrust() }).arn;
  await iam.send(
    create({
      Path: '/spaces/',
      Description: 'for <Spaces> & more',
      PermissionsBoundary: boundary,
      Tags: [{ Key: 'managed-by', Value: 'spaces' }],
      MaxSessionDuration: 7200,
    }),
  );
  const { Role: role } = await iam.send(new GetRoleCommand(name));
  expect(role).toMatchObject({
    Arn: `arn:aws:iam::${account}:role/spaces/workload`,
    Description: 'for <Spaces> & more',
    MaxSessionDuration: 7200,
    PermissionsBoundary: { PermissionsBoundaryArn: boundary },
    Tags: [{ Key: 'managed-by', Value: 'spaces' }],
  });
  expect(role?.AssumeRolePolicyDocument).toContain('%22Version%22');
  expect(decodeURIComponent(role?.AssumeRolePolicyDocument ?? '')).toBe(trust);
  expect(role?.CreateDate).toBeInstanceOf(Date);
});

test('names are unique whatever their case', async () => {
  await bench.admin.iam.send(create());
  const again = bench.admin.iam.send(create({ RoleName: 'WORKLOAD' }));
  await expect(again).rejects.toMatchObject({
    name: 'EntityAlreadyExistsException',
    $metadata: { httpStatusCode: 409 },
  });
});

test('a missing role is NoSuchEntityException', async () => {
  const missing = bench.admin.iam.send(new GetRoleCommand(name));
  await expect(missing).rejects.toMatchObject({
    name: 'NoSuchEntityException',
    message: 'The role with name workload cannot be found.',
    $metadata: { httpStatusCode: 404 },
  });
});

test('a trust policy holds 16 subjects of the usual length at the default quota, not 17', async () => {
  const subjects = Array.from({ length: 17 }, (_, index) =>
    subjectOf(`mxp-00000000-0000-4000-8000-0000000000${String(index).padStart(2, '0')}-system`),
  );
  const document = (count: number): string => JSON.stringify(irsaTrust(subjects.slice(0, count)), null, 2);
  await bench.admin.iam.send(create({ AssumeRolePolicyDocument: document(16) }));
  const tooLong = bench.admin.iam.send(
    new UpdateAssumeRolePolicyCommand({ ...name, PolicyDocument: document(17) }),
  );
  await expect(tooLong).rejects.toMatchObject({
    name: 'LimitExceededException',
    message: 'Cannot exceed quota for ACLSizePerRole: 2048',
    $metadata: { httpStatusCode: 409 },
  });
});

test.each([
  ['no JSON', '{', 'This policy contains invalid Json'],
  [
    'a resource',
    JSON.stringify({ ...podTrust(), Statement: [{ ...podTrust().Statement[0], Resource: '*' }] }),
    'Has prohibited field Resource',
  ],
  [
    'a broken provider ARN',
    JSON.stringify(irsaTrust([subjectOf(namespace)])).replace(/arn:aws:iam::\d+:/, 'arn:aws:iam//'),
    'Federated principals must be valid domain names or SAML metadata ARNs',
  ],
  [
    'a role that is not there',
    JSON.stringify(podTrust()).replace(
      '{"Service":"pods.eks.amazonaws.com"}',
      `{"AWS":"arn:aws:iam::${account}:role/none"}`,
    ),
    `Invalid principal in policy: "AWS":"arn:aws:iam::${account}:role/none"`,
  ],
])('a trust policy with %s is malformed', async (_what, document, message) => {
  const refused = bench.admin.iam.send(create({ AssumeRolePolicyDocument: document }));
  await expect(refused).rejects.toMatchObject({ name: 'MalformedPolicyDocumentException', message });
});

test('tags are added, overwritten and removed', async () => {
  const { iam } = bench.admin;
  await iam.send(create({ Tags: [{ Key: 'a', Value: '1' }] }));
  await iam.send(
    new TagRoleCommand({
      ...name,
      Tags: [
        { Key: 'a', Value: '2' },
        { Key: 'b', Value: '' },
      ],
    }),
  );
  const both = await iam.send(new ListRoleTagsCommand(name));
  expect(both.Tags).toEqual([
    { Key: 'a', Value: '2' },
    { Key: 'b', Value: '' },
  ]);
  await iam.send(new UntagRoleCommand({ ...name, TagKeys: ['a'] }));
  expect((await iam.send(new ListRoleTagsCommand(name))).Tags).toEqual([{ Key: 'b', Value: '' }]);
  const system = iam.send(new TagRoleCommand({ ...name, Tags: [{ Key: 'aws:x', Value: '' }] }));
  await expect(system).rejects.toMatchObject({ name: 'InvalidInputException' });
});

test('keys of tags know no case: another spelling replaces a tag, and may not stand beside it', async () => {
  const { iam } = bench.admin;
  await iam.send(create({ Tags: [{ Key: 'Team', Value: 'a' }] }));
  await iam.send(new TagRoleCommand({ ...name, Tags: [{ Key: 'team', Value: 'b' }] }));
  const tags = async () => (await iam.send(new ListRoleTagsCommand(name))).Tags;
  expect(await tags()).toEqual([{ Key: 'team', Value: 'b' }]);
  const twice = ['x', 'X'].map((Key) => ({ Key, Value: '' }));
  await expect(iam.send(new TagRoleCommand({ ...name, Tags: twice }))).rejects.toMatchObject({
    name: 'InvalidInputException',
  });
  await iam.send(new UntagRoleCommand({ ...name, TagKeys: ['TEAM'] }));
  expect(await tags()).toEqual([]);
});

test('reads lag behind writes, as long as a test says', async () => {
  const { iam } = bench.admin;
  bench.aws.settings.staleReadsMs = 5000;
  await iam.send(create());
  await expect(iam.send(new GetRoleCommand(name))).rejects.toMatchObject({ name: 'NoSuchEntityException' });
  // Writes do not: they see what is there.
  const other = JSON.stringify(irsaTrust([]));
  await iam.send(new UpdateAssumeRolePolicyCommand({ ...name, PolicyDocument: other }));
  bench.clock.advance(5000);
  const trustNow = async () =>
    decodeURIComponent((await iam.send(new GetRoleCommand(name))).Role?.AssumeRolePolicyDocument ?? '');
  expect(await trustNow()).toBe(other);
  await iam.send(new UpdateAssumeRolePolicyCommand({ ...name, PolicyDocument: trust }));
  expect(await trustNow()).toBe(other);
  bench.clock.advance(5000);
  expect(await trustNow()).toBe(trust);
});

test('UpdateRole changes description and session length only', async () => {
  const { iam } = bench.admin;
  await iam.send(create({ Description: 'old' }));
  await iam.send(new UpdateRoleCommand({ ...name, MaxSessionDuration: 43_200 }));
  const { Role: role } = await iam.send(new GetRoleCommand(name));
  expect(role).toMatchObject({ Description: 'old', MaxSessionDuration: 43_200 });
});

test('a role goes only when nothing hangs on it', async () => {
  const { iam } = bench.admin;
  await iam.send(create());
  bench.aws.iam.instanceProfiles.set('workload', ['profile']);
  const profiles = await iam.send(new ListInstanceProfilesForRoleCommand(name));
  expect(profiles.InstanceProfiles?.[0]?.InstanceProfileName).toBe('profile');
  await expect(iam.send(new DeleteRoleCommand(name))).rejects.toMatchObject({
    name: 'DeleteConflictException',
  });
  bench.aws.iam.instanceProfiles.clear();
  bench.aws.iam.attachRolePolicy('workload', 'arn:aws:iam::aws:policy/ReadOnlyAccess');
  await expect(iam.send(new DeleteRoleCommand(name))).rejects.toMatchObject({
    message: 'Cannot delete entity, must detach all policies first.',
  });
  bench.aws.iam.editRole('workload', { attachedPolicies: [] });
  await iam.send(new DeleteRoleCommand(name));
  await expect(iam.send(new GetRoleCommand(name))).rejects.toMatchObject({ name: 'NoSuchEntityException' });
});

test('ListRoles pages', async () => {
  for (const roleName of ['one', 'two', 'three'])
    bench.aws.iam.createRole({ roleName, trustPolicy: podTrust() });
  const first = await bench.admin.iam.send(new ListRolesCommand({ MaxItems: 2 }));
  expect(first.IsTruncated).toBe(true);
  const second = await bench.admin.iam.send(new ListRolesCommand({ MaxItems: 2, Marker: first.Marker }));
  expect([first.Roles, second.Roles].flat().map((role) => role?.RoleName)).toEqual(['one', 'two', 'three']);
  expect(second.IsTruncated).toBe(false);
});

test('a caller without permission is told so in the words of IAM', async () => {
  bench.aws.iam.createRole({ roleName: 'workload', trustPolicy: podTrust() });
  const { iam } = userWith(bench.aws, 'eve', { Action: 'iam:ListRoles', Resource: '*' });
  await expect(iam.send(new GetRoleCommand(name))).rejects.toMatchObject({
    name: 'AccessDenied',
    message: `User: arn:aws:iam::${account}:user/eve is not authorized to perform: iam:GetRole on resource: role workload because no identity-based policy allows the iam:GetRole action`,
    $metadata: { httpStatusCode: 403 },
  });
  expect(bench.aws.calls.at(-1)).toMatchObject({
    action: 'GetRole',
    readOnly: true,
    outcome: 'AccessDenied',
    resource: `arn:aws:iam::${account}:role/workload`,
  });
});

test('conditions on tags, boundary and path decide about CreateRole', async () => {
  const boundary = bench.aws.iam.createPolicy({ policyName: 'bound', document: podTrust() }).arn;
  const { iam } = userWith(bench.aws, 'deployer', {
    Action: ['iam:CreateRole', 'iam:TagRole'],
    Resource: `arn:aws:iam::${account}:role/spaces/*`,
    Condition: { StringEquals: { 'aws:RequestTag/team': 'a' } },
  });
  const tagged = { Tags: [{ Key: 'team', Value: 'a' }], PermissionsBoundary: boundary };
  await expect(iam.send(create({ ...tagged, Path: '/other/' }))).rejects.toMatchObject({
    name: 'AccessDenied',
  });
  await expect(iam.send(create({ Path: '/spaces/' }))).rejects.toMatchObject({ name: 'AccessDenied' });
  await iam.send(create({ ...tagged, Path: '/spaces/' }));
  expect(bench.aws.writes().map((call) => call.outcome)).toEqual(['AccessDenied', 'AccessDenied', 'ok']);
});
