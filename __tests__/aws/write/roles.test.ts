/** Creating and deleting roles, against mocks of the SDK. */
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  DeleteRolePolicyCommand,
  GetRoleCommand,
  ListAttachedRolePoliciesCommand,
  ListRolePoliciesCommand,
  type Role,
} from '@aws-sdk/client-iam';
import { describe, expect, test } from '@jest/globals';
import type { CreateRole } from '../../../src/model/write.ts';
import { ACCESS_POLICY_NAME } from '../../../src/policy/access-policy.ts';
import { awsError, failureOf, ROLE } from '../fakes.ts';
import { compact, document, iamRole, setUp } from './setup.ts';

const roleSpec: CreateRole = {
  op: 'create-role',
  name: ROLE,
  path: '/',
  tags: { a: 'b' },
  trustPolicy: document,
};
const tags = [{ Key: 'A', Value: 'b' }];
const made = (more: Partial<Role> = {}) => iamRole(document, { Tags: tags, ...more });
const deletion = { op: 'delete-role', roleName: ROLE, tags: { a: 'b' }, trustPolicy: document } as const;

/** A role as it was planned on. */
function planned() {
  const mocked = setUp();
  mocked.iam.on(GetRoleCommand).resolves({ Role: made() });
  return mocked;
}

describe('createRole', () => {
  test('puts tags and boundary into the one call and waits for the ARN', async () => {
    const { iam, writer, sent, clock } = setUp();
    iam.on(CreateRoleCommand).resolves({});
    iam
      .on(GetRoleCommand)
      .rejectsOnce(awsError('NoSuchEntityException'))
      .resolvesOnce({ Role: made({ Arn: 'AROAEXAMPLE' }) })
      .resolves({ Role: made() });
    await writer.createRole({ ...roleSpec, permissionsBoundary: 'arn:boundary' });
    expect(sent()).toEqual(['CreateRole', 'GetRole', 'GetRole', 'GetRole']);
    expect(iam.commandCalls(CreateRoleCommand)[0]?.args[0].input).toEqual({
      RoleName: ROLE,
      Path: '/',
      AssumeRolePolicyDocument: compact,
      PermissionsBoundary: 'arn:boundary',
      Tags: [{ Key: 'a', Value: 'b' }],
    });
    expect(clock.slept).toEqual([500, 750]);
  });

  test('gives up on a role that never shows', async () => {
    const { iam, writer, clock, log } = setUp();
    iam.on(CreateRoleCommand).resolves({});
    iam.on(GetRoleCommand).rejects(awsError('NoSuchEntityException'));
    const before = clock.now();
    const failure = await failureOf(writer.createRole(roleSpec));
    expect(failure.reason).toBe('timed-out');
    expect(failure.message).toContain(ROLE);
    expect(clock.now() - before).toBe(60_000);
    expect(log.lines[0]).toBe(`Waiting for IAM to show role ${ROLE} (0.0 s of 60 s)`);
  });

  test.each([
    ['MalformedPolicyDocumentException', 'Federated principals must be valid', 'invalid-input'],
    [
      'NoSuchEntityException',
      'Scope ARN: arn:boundary does not exist or is not attachable.',
      'invalid-input',
    ],
    ['NoSuchEntityException', 'something else', 'plan-changed'],
    ['LimitExceededException', 'Cannot exceed quota for RolesPerAccount: 1000', 'quota-exceeded'],
  ])('%s "%s" is %s, after one attempt', async (name, message, reason) => {
    const { iam, writer, sent } = setUp();
    iam.on(CreateRoleCommand).rejects(awsError(name, message));
    const failure = await failureOf(writer.createRole({ ...roleSpec, permissionsBoundary: 'arn:boundary' }));
    expect(failure.reason).toBe(reason);
    expect(failure.details.said).toContain(message);
    expect(sent()).toEqual(['CreateRole']);
  });

  describe('where the role exists', () => {
    const exists = awsError('EntityAlreadyExistsException', `Role with name ${ROLE} already exists.`);

    function existing(more: Partial<Role>) {
      const mocked = setUp();
      mocked.iam.on(CreateRoleCommand).rejects(exists);
      mocked.iam
        .on(GetRoleCommand)
        .rejectsOnce(awsError('NoSuchEntityException'))
        .resolves({ Role: made(more) });
      return mocked;
    }

    test('takes it when it is just what is desired, once IAM shows it', async () => {
      const { writer, sent, log } = existing({});
      await writer.createRole(roleSpec);
      expect(sent().filter((name) => name !== 'GetRole')).toEqual(['CreateRole']);
      expect(log.lines).toContainEqual(expect.stringContaining('is there already, just as wanted'));
    });

    const boundary = { PermissionsBoundaryArn: 'arn:b' };
    test.each<[Partial<Role>, string, string]>([
      [{ Tags: [] }, 'not-owned', 'lacks the tags'],
      [iamRole({ Statement: [] }, { Tags: [] }), 'not-owned', 'lacks the tags'],
      [{ Path: '/other/' }, 'plan-changed', 'has the path /other/'],
      [iamRole({ Statement: [] }, { Tags: tags }), 'plan-changed', 'trusts others'],
      [{ PermissionsBoundary: boundary }, 'plan-changed', 'has arn:b as its permissions boundary'],
    ])('refuses one with %j', async (difference, reason, said) => {
      const { writer } = existing(difference);
      const failure = await failureOf(writer.createRole(roleSpec));
      expect(failure.reason).toBe(reason);
      expect(failure.details.said).toContain(`already exists. (request id req-1); role`);
      expect(failure.details.said).toContain(said);
    });

    test('refuses one without the boundary', async () => {
      const { writer } = existing({});
      const failure = await failureOf(writer.createRole({ ...roleSpec, permissionsBoundary: 'arn:b' }));
      expect(failure.details.said).toContain('has no policy as its permissions boundary');
    });
  });

  test('a role without a boundary is not blamed on one', async () => {
    const { iam, writer } = setUp();
    iam.on(CreateRoleCommand).rejects(awsError('NoSuchEntityException', 'Scope ARN: x does not exist'));
    expect((await failureOf(writer.createRole(roleSpec))).reason).toBe('plan-changed');
  });
});

describe('deleteRole', () => {
  test('takes its own inline policy first and never those of others', async () => {
    const { iam, writer, sent } = planned();
    iam.on(DeleteRolePolicyCommand).resolves({});
    iam.on(DeleteRoleCommand).resolves({});
    await writer.deleteRole(deletion);
    expect(sent()).toEqual(['GetRole', 'DeleteRolePolicy', 'DeleteRole']);
    expect(iam.commandCalls(DeleteRolePolicyCommand)[0]?.args[0].input).toEqual({
      RoleName: ROLE,
      PolicyName: ACCESS_POLICY_NAME,
    });
  });

  test('a role that has lost one of its tags since the plan stays', async () => {
    const { iam, writer, sent } = setUp();
    iam.on(GetRoleCommand).resolves({ Role: made({ Tags: [] }) });
    const failure = await failureOf(writer.deleteRole(deletion));
    expect([failure.reason, sent()]).toEqual(['plan-changed', ['GetRole']]);
  });

  test('a role that trusts others since the plan stays, with its policy', async () => {
    const { iam, writer, sent } = planned();
    const theirs = { Version: '2012-10-17', Statement: [] };
    iam.on(GetRoleCommand).resolves({ Role: made({ ...iamRole(theirs), Tags: [{ Key: 'a', Value: 'b' }] }) });
    const failure = await failureOf(writer.deleteRole(deletion));
    expect([failure.reason, sent()]).toEqual(['plan-changed', ['GetRole']]);
  });

  test('a role that is gone is fine', async () => {
    const { iam, writer } = setUp();
    iam.on(GetRoleCommand).rejects(awsError('NoSuchEntityException'));
    iam.on(DeleteRolePolicyCommand).rejects(awsError('NoSuchEntityException'));
    iam.on(DeleteRoleCommand).rejects(awsError('NoSuchEntityException'));
    await expect(writer.deleteRole(deletion)).resolves.toBeUndefined();
  });

  test.each([
    ['of this run', undefined],
    ['of a run that was killed right after it', awsError('NoSuchEntityException')],
  ])('a removal on its way is waited for, %s', async (_name, error) => {
    const { iam, writer, sent } = planned();
    if (error === undefined) iam.on(DeleteRolePolicyCommand).resolves({});
    else iam.on(DeleteRolePolicyCommand).rejects(error);
    iam.on(DeleteRoleCommand).rejectsOnce(awsError('DeleteConflictException')).resolves({});
    iam.on(ListRolePoliciesCommand).resolves({ PolicyNames: [ACCESS_POLICY_NAME] });
    iam.on(ListAttachedRolePoliciesCommand).resolves({ AttachedPolicies: [] });
    await writer.deleteRole(deletion);
    expect(sent().filter((name) => name === 'DeleteRole')).toHaveLength(2);
  });

  test.each([
    [['theirs'], [{ PolicyArn: 'arn:p' }], 'inline policy theirs, arn:p', 0],
    [[], [{ PolicyArn: 'arn:p' }], 'arn:p', 0],
    [[], [], 'instance profile', 20_000],
  ])(
    'what others put on it stays and is named: %j %j',
    async (PolicyNames, AttachedPolicies, named, forMs) => {
      const { iam, writer, clock, sent } = planned();
      iam.on(DeleteRolePolicyCommand).resolves({});
      iam
        .on(DeleteRoleCommand)
        .rejects(awsError('DeleteConflictException', 'must detach all policies first'));
      iam.on(ListRolePoliciesCommand).resolves({ PolicyNames });
      iam.on(ListAttachedRolePoliciesCommand).resolves({ AttachedPolicies });
      const before = clock.now();
      const failure = await failureOf(writer.deleteRole(deletion));
      expect(failure.reason).toBe('not-owned');
      expect(failure.details.next).toContain(named);
      expect(clock.now() - before).toBe(forMs);
      expect(sent().filter((name) => name.startsWith('Detach'))).toEqual([]);
      expect(sent().filter((name) => name === 'DeleteRolePolicy')).toHaveLength(1);
    },
  );
});
