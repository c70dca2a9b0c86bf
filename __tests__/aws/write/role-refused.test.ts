/** EKS refuses a role: what may end by waiting is waited for, what IAM says too is named at once. */
import {
  CreatePodIdentityAssociationCommand,
  UpdatePodIdentityAssociationCommand,
} from '@aws-sdk/client-eks';
import {
  GetRoleCommand,
  type GetRoleCommandOutput,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { describe, expect, test } from '@jest/globals';
import type { PolicyDocument } from '../../../src/model/policy.ts';

import { awsError, failureOf, ROLE, ROLE_ARN } from '../fakes.ts';
import { creation, document, existing, iamRole, setUp, updateOf } from './setup.ts';

const roleUnseen = awsError('InvalidParameterException', 'Role provided in the request does not exist.');
const trustInvalid = awsError('InvalidParameterException', 'Trust policy of the role provided is invalid.');
const offering: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Action: ['sts:AssumeRole', 'sts:TagSession'],
      Principal: { Service: 'pods.eks.amazonaws.com' },
    },
  ],
};
const role = (trust: PolicyDocument, more = {}): Partial<GetRoleCommandOutput> => ({
  Role: iamRole(trust, more),
});

describe('IAM has the role as it must be', () => {
  test('it is waited for, under one request token', async () => {
    const { eks, iam, writer, clock, log } = setUp();
    iam.on(GetRoleCommand).resolves(role(offering));
    eks
      .on(CreatePodIdentityAssociationCommand)
      .rejectsOnce(roleUnseen)
      .rejectsOnce(roleUnseen)
      .rejectsOnce(trustInvalid)
      .resolves({ association: { associationId: 'a-1' } });
    expect(await writer.createAssociation(creation)).toBe('a-1');
    expect(clock.slept).toHaveLength(3);
    const calls = eks.commandCalls(CreatePodIdentityAssociationCommand);
    expect(new Set(calls.map((call) => call.args[0].input.clientRequestToken)).size).toBe(1);
    expect(log.lines[0]).toMatch(/^EKS does not see the role yet: next attempt in .*, giving up in 120 s$/);
  });

  test.each([
    [roleUnseen, 120_000, 'path included'],
    [trustInvalid, 20_000, 'IAM was slow'],
  ])('gives up on %s after %d ms', async (error, bound, next) => {
    const { eks, iam, writer, clock } = setUp();
    iam.on(GetRoleCommand).resolves(role(offering));
    eks.on(CreatePodIdentityAssociationCommand).rejects(error);
    const before = clock.now();
    const failure = await failureOf(writer.createAssociation(creation));
    expect(clock.now() - before).toBe(bound);
    expect(failure.reason).toBe('timed-out');
    expect(failure.details.next).toContain(next);
  });
});

test('where IAM can not be asked, it is waited for, and told in the words of EKS', async () => {
  const { eks, iam, writer, clock } = setUp();
  iam.on(GetRoleCommand).rejects(awsError('AccessDenied', 'not authorized to perform: iam:GetRole'));
  eks.on(CreatePodIdentityAssociationCommand).rejects(roleUnseen);
  const before = clock.now();
  const failure = await failureOf(writer.createAssociation(creation));
  expect([failure.reason, clock.now() - before]).toEqual(['timed-out', 120_000]);
  expect(failure.details.said).toContain(roleUnseen.message);
});

describe('IAM says the same as EKS', () => {
  const cases = [
    ['no role', roleUnseen, undefined, 'IAM has no role'],
    ['the name below another path', roleUnseen, role(offering, { Arn: 'arn:other' }), 'IAM has no role'],
    ['half of the trust', trustInvalid, role(document), 'does not let pods.eks.amazonaws.com do both'],
  ] as const;

  test.each(cases)('%s: named at once, after one attempt', async (_name, error, answer, next) => {
    const { eks, iam, writer, clock } = setUp();
    if (answer === undefined) iam.on(GetRoleCommand).rejects(awsError('NoSuchEntityException'));
    else iam.on(GetRoleCommand).resolves(answer);
    eks.on(CreatePodIdentityAssociationCommand).rejects(error);
    const failure = await failureOf(writer.createAssociation(creation));
    expect(failure.reason).toBe('plan-changed');
    expect(failure.details.said).toContain(error.message);
    expect(failure.details.next).toContain(next);
    expect(clock.slept).toEqual([]);
    expect(eks.commandCalls(CreatePodIdentityAssociationCommand)).toHaveLength(1);
  });

  test('an update waits as long as IAM has the role, and is refused so too', async () => {
    const waiting = existing({ roleArn: 'arn:other' });
    waiting.iam.on(GetRoleCommand).resolves(role(offering));
    waiting.eks.on(UpdatePodIdentityAssociationCommand).rejectsOnce(roleUnseen).resolves({});
    await waiting.writer.updateAssociation(updateOf({}, { roleArn: 'arn:other' }));
    expect(waiting.clock.slept).toHaveLength(1);

    const { eks, iam, writer, clock } = existing({ roleArn: 'arn:other' });
    iam.on(GetRoleCommand).resolves(role(document));
    eks.on(UpdatePodIdentityAssociationCommand).rejects(trustInvalid);
    const failure = await failureOf(writer.updateAssociation(updateOf({}, { roleArn: 'arn:other' })));
    expect(failure.reason).toBe('plan-changed');
    expect(clock.slept).toEqual([]);
  });

  test('but of a role that this run has written IAM may be late itself: it is waited for', async () => {
    const { eks, iam, writer, clock } = setUp();
    iam.on(GetRoleCommand).resolves(role(document));
    iam.on(UpdateAssumeRolePolicyCommand).resolves({});
    await writer.putTrustPolicy({
      op: 'put-trust-policy',
      roleName: ROLE,
      document: offering,
      replaces: document,
    });
    eks
      .on(CreatePodIdentityAssociationCommand)
      .rejectsOnce(trustInvalid)
      .resolves({ association: { associationId: 'a-1' } });
    expect(await writer.createAssociation({ ...creation, roleArn: ROLE_ARN })).toBe('a-1');
    expect(clock.slept).toHaveLength(1);
  });
});
