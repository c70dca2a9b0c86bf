/** Finding what earlier inputs have left behind: against the sandbox’s IAM, which authorises, and against mocks of the SDK. */
import {
  DescribePodIdentityAssociationCommand,
  ListPodIdentityAssociationsCommand,
} from '@aws-sdk/client-eks';
import {
  GetRoleCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  ListRolesCommand,
} from '@aws-sdk/client-iam';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createAwsReader } from '../../../src/aws/reader.ts';
import type { PolicyDocument } from '../../../src/model/policy.ts';
import type { Role } from '../../../src/model/world.ts';
import { isHostNamespaceName } from '../../../src/model/host-namespace.ts';
import { ACCOUNT, awsError, CLUSTER, CLUSTER_ARN, failureOf, mockedAws, ROLE, ROLE_ARN } from '../fakes.ts';
import { MARKS, podTrust, startWorld, type World } from '../sandbox-account.ts';

const query = { except: ROLE, trustHolds: [CLUSTER_ARN, 'oidc.example/id/1'], tags: MARKS };

function setUp() {
  const mocked = mockedAws();
  return { ...mocked, reader: createAwsReader(mocked.clients, mocked.log, mocked.clock) };
}

/** A trust policy with this text in it. */
function naming(text: string): PolicyDocument {
  const Condition = { ArnEquals: { 'aws:SourceArn': text } };
  return { ...podTrust, Statement: podTrust.Statement.map((statement) => ({ ...statement, Condition })) };
}

const one = (id: string, namespace: string, serviceAccount: string, ownerArn?: string) => ({
  associationId: id,
  namespace,
  serviceAccount,
  ...(ownerArn !== undefined && { ownerArn }),
});

describe('roles of other names', () => {
  let world: World;
  beforeEach(async () => {
    world = await startWorld();
  });
  afterEach(() => world.close());

  const ours = { trustPolicy: naming(CLUSTER_ARN), tags: MARKS };

  async function found(): Promise<readonly string[]> {
    const { answer, beyond } = await world.alone('otherRoles', (ports) => ports.otherRoles(query));
    expect(beyond).toEqual([]);
    expect(answer.unread).toBeUndefined();
    return answer.roles.map(({ name }) => name);
  }

  test('are those with this cluster in their trust policy and with our tags, whatever their path', async () => {
    world.aws.iam.createRole({ roleName: ROLE, ...ours });
    world.aws.iam.createRole({ roleName: 'earlier', path: '/spaces/', ...ours });
    world.aws.iam.createRole({ roleName: 'of-another-tool', trustPolicy: naming(CLUSTER_ARN) });
    world.aws.iam.createRole({ roleName: 'of-another-cluster', trustPolicy: podTrust, tags: MARKS });
    expect(await found()).toEqual(['earlier']);
    // Only what the list can’t tell is asked one by one.
    const asked = world.aws.calls.filter(({ action }) => action === 'GetRole');
    expect(asked).toHaveLength(2);
  });

  test('are read whole, by whatever way the cluster is named', async () => {
    const trustPolicy = naming('oidc.example/id/1:sub');
    world.aws.iam.createRole({ roleName: 'earlier', trustPolicy, tags: MARKS });
    const { answer } = await world.alone('otherRoles', (ports) => ports.otherRoles(query));
    expect(answer.roles).toMatchObject([
      {
        name: 'earlier',
        arn: `arn:aws:iam::${ACCOUNT}:role/earlier`,
        inlinePolicies: {},
        attachedPolicies: [],
      },
    ] satisfies readonly Partial<Role>[]);
  });

  test('are found on whatever page of the list', async () => {
    for (let n = 0; n < 1001; n += 1) world.aws.iam.createRole({ roleName: `a-${n}`, trustPolicy: podTrust });
    world.aws.iam.createRole({ roleName: 'z-earlier', ...ours });
    expect(await found()).toEqual(['z-earlier']);
    expect(world.aws.calls.filter(({ action }) => action === 'ListRoles')).toHaveLength(2);
  });

  test('may not be listed: that is told, and is no failure', async () => {
    const { reader, log } = world.jobWith('role');
    const answer = await reader.otherRoles(query);
    expect(answer.roles).toEqual([]);
    expect(answer.unread).toContain('iam:ListRoles');
    expect(log.lines.join('\n')).toContain('list the roles of the account');
  });
});

test('one that can’t be read for another reason than rights makes the whole look unreadable', async () => {
  const { iam, reader } = setUp();
  const AssumeRolePolicyDocument = encodeURIComponent(`{"x":"${CLUSTER_ARN}"}`);
  const listed = { RoleName: 'one', AssumeRolePolicyDocument, Path: '/', RoleId: 'AROA1', Arn: ROLE_ARN };
  iam.on(ListRolesCommand).resolves({ Roles: [{ ...listed, CreateDate: new Date() }] });
  iam.on(GetRoleCommand).rejects(awsError('ServiceFailureException', 'oops'));
  expect(await reader.otherRoles(query)).toEqual({ roles: [], unread: expect.stringContaining('oops') });
});

test('one that the job may not read could be ours: that is told with those that it may read', async () => {
  const { iam, reader } = setUp();
  const AssumeRolePolicyDocument = encodeURIComponent(JSON.stringify(naming(CLUSTER_ARN)));
  const more = {
    AssumeRolePolicyDocument,
    Path: '/',
    RoleId: 'AROA1',
    Arn: ROLE_ARN,
    CreateDate: new Date(),
  };
  const [mine, theirs] = [
    { RoleName: 'mine', ...more },
    { RoleName: 'theirs', ...more },
  ];
  iam.on(ListRolesCommand).resolves({ Roles: [theirs, mine] });
  const Tags = Object.entries(MARKS).map(([Key, Value]) => ({ Key, Value }));
  iam.on(GetRoleCommand, { RoleName: 'mine' }).resolves({ Role: { ...mine, Tags } });
  iam.on(GetRoleCommand, { RoleName: 'theirs' }).rejects(awsError('AccessDenied', 'no iam:GetRole'));
  iam.on(ListRolePoliciesCommand).resolves({ PolicyNames: [] });
  iam.on(ListAttachedRolePoliciesCommand).resolves({ AttachedPolicies: [] });
  expect(await reader.otherRoles(query)).toMatchObject({
    roles: [{ name: 'mine' }],
    unread: expect.stringContaining('no iam:GetRole'),
  });
});

test('a role without a name or a trust policy is none of ours', async () => {
  const { iam, reader, sent } = setUp();
  const nameless = { RoleName: undefined, AssumeRolePolicyDocument: CLUSTER_ARN };
  const untrusting = { RoleName: 'two' };
  const more = { Path: '/', RoleId: 'AROA1', Arn: ROLE_ARN, CreateDate: new Date() };
  iam.on(ListRolesCommand).resolves({
    Roles: [
      { ...nameless, ...more },
      { ...untrusting, ...more },
    ],
  });
  expect(await reader.otherRoles(query)).toEqual({ roles: [] });
  expect(sent()).toEqual(['ListRoles']);
});

describe('associations of other service accounts', () => {
  test('are listed once and described only where they may be ours', async () => {
    const { eks, reader } = setUp();
    eks.on(ListPodIdentityAssociationsCommand).resolves({
      associations: [
        one('a-1', 'mxp-1-system', 'external-secrets-controller'),
        one('a-2', 'mxp-1-system', 'earlier'),
        one('a-3', 'kube-system', 'earlier'),
        one('a-4', 'mxp-1-system', 'csi', 'arn:aws:eks:eu-central-1:1:addon/x'),
        { associationId: 'a-5', serviceAccount: 'nowhere' },
      ],
    });
    const described = { associationArn: 'arn:2', roleArn: ROLE_ARN };
    eks
      .on(DescribePodIdentityAssociationCommand, { associationId: 'a-2' })
      .resolves({ association: { ...one('a-2', 'mxp-1-system', 'earlier'), ...described } });
    const other = { except: 'external-secrets-controller', takes: isHostNamespaceName };
    const read = await reader.otherAssociations(CLUSTER, other);
    expect(read.map(({ id, serviceAccount }) => [id, serviceAccount])).toEqual([['a-2', 'earlier']]);
    const [list] = eks.commandCalls(ListPodIdentityAssociationsCommand);
    expect(list?.args[0].input).not.toHaveProperty('serviceAccount');
  });

  test('that may not be listed are a failure, as those of the controller are', async () => {
    const { eks, reader } = setUp();
    eks.on(ListPodIdentityAssociationsCommand).rejects(awsError('AccessDeniedException', 'no'));
    const failure = await failureOf(reader.otherAssociations(CLUSTER, { except: 'x', takes: () => true }));
    expect(failure.reason).toBe('access-denied');
  });
});
