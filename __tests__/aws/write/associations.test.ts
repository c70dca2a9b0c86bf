/** Writing Pod Identity associations, against mocks of the SDK. */
import {
  CreatePodIdentityAssociationCommand,
  DeletePodIdentityAssociationCommand,
  DescribePodIdentityAssociationCommand,
  ListPodIdentityAssociationsCommand,
  TagResourceCommand,
  UpdatePodIdentityAssociationCommand,
} from '@aws-sdk/client-eks';
import { describe, expect, test } from '@jest/globals';
import type { DeleteAssociation, UpdateAssociation } from '../../../src/model/write.ts';
import { awsError, CLUSTER, failureOf, ROLE_ARN } from '../fakes.ts';
import { associationArn, creation, described, key, setUp, tags } from './setup.ts';

const update: UpdateAssociation = {
  op: 'update-association',
  ...key,
  associationId: 'a-1',
  associationArn,
  roleArn: ROLE_ARN,
  disableSessionTags: false,
  tags,
  replaces: { roleArn: 'arn:other', tags: {} },
};
const deletion: DeleteAssociation = {
  op: 'delete-association',
  ...key,
  associationId: 'a-1',
  replaces: { roleArn: ROLE_ARN, tags },
};

describe('createAssociation', () => {
  test('sends tags and session tags in the one call', async () => {
    const { eks, writer, sent } = setUp();
    eks.on(CreatePodIdentityAssociationCommand).resolves({ association: { associationId: 'a-1' } });
    expect(await writer.createAssociation(creation)).toBe('a-1');
    expect(sent()).toEqual(['CreatePodIdentityAssociation']);
    expect(eks.commandCalls(CreatePodIdentityAssociationCommand)[0]?.args[0].input).toEqual({
      ...key,
      roleArn: ROLE_ARN,
      tags,
      disableSessionTags: false,
      clientRequestToken: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
  });

  test.each([
    ['InvalidParameterException', 'The service account name is bad', 'invalid-input'],
    [
      'AccessDeniedException',
      'is not authorized to perform: iam:PassRole on resource: arn:x because',
      'access-denied',
    ],
    ['ResourceLimitExceededException', 'limit of 1000 associations', 'quota-exceeded'],
  ])('%s "%s" is %s, after one attempt', async (name, message, reason) => {
    const { eks, writer, sent } = setUp();
    eks.on(CreatePodIdentityAssociationCommand).rejects(awsError(name, message));
    const failure = await failureOf(writer.createAssociation(creation));
    expect(failure.reason).toBe(reason);
    if (reason === 'access-denied') expect(failure.details.next).toContain('Allow iam:PassRole on arn:x ');
    expect(sent()).toHaveLength(1);
  });

  test('an answer without an id is not of AWS', async () => {
    const { eks, writer } = setUp();
    eks.on(CreatePodIdentityAssociationCommand).resolves({});
    expect((await failureOf(writer.createAssociation(creation))).reason).toBe('timed-out');
  });
});

function existing(association: Record<string, unknown>) {
  const mocked = setUp();
  mocked.eks.on(DescribePodIdentityAssociationCommand).resolves({ association });
  mocked.eks.on(UpdatePodIdentityAssociationCommand).resolves({});
  mocked.eks.on(TagResourceCommand).resolves({});
  return mocked;
}

describe('updateAssociation', () => {
  test.each([
    [{ roleArn: 'arn:other' }, ['UpdatePodIdentityAssociation']],
    [{ disableSessionTags: true }, ['UpdatePodIdentityAssociation']],
    [{ tags: { 'managed-by': 'x', own: 'y' } }, ['TagResource']],
    [{ roleArn: 'arn:other', tags: {} }, ['UpdatePodIdentityAssociation', 'TagResource']],
    [{}, []],
  ])('sends only what differs: %j -> %j', async (difference, writes) => {
    const { writer, sent } = existing({ ...described, ...difference });
    await writer.updateAssociation(update);
    expect(sent()).toEqual(['DescribePodIdentityAssociation', ...writes]);
  });

  test('sets role and session tags, and adds the missing tags only', async () => {
    const { eks, writer } = existing({ ...described, roleArn: 'arn:other', tags: { a: '1', b: '2' } });
    await writer.updateAssociation({
      ...update,
      tags: { a: '1', b: 'new', c: '3' },
      replaces: { roleArn: 'arn:other', tags: { a: '1', b: '2' } },
    });
    expect(eks.commandCalls(UpdatePodIdentityAssociationCommand)[0]?.args[0].input).toEqual({
      clusterName: CLUSTER,
      associationId: 'a-1',
      roleArn: ROLE_ARN,
      disableSessionTags: false,
      clientRequestToken: expect.any(String),
    });
    expect(eks.commandCalls(TagResourceCommand)[0]?.args[0].input).toEqual({
      resourceArn: associationArn,
      tags: { b: 'new', c: '3' },
    });
  });

  test.each([
    [{ ownerArn: 'arn:addon' }, 'the add-on arn:addon owns'],
    [{ policy: '{}', disableSessionTags: true }, 'has a session policy'],
  ])('leaves one with %j alone', async (difference, said) => {
    const { writer, sent } = existing({ ...described, roleArn: 'arn:other', ...difference });
    const failure = await failureOf(writer.updateAssociation(update));
    expect(failure.reason).toBe('not-owned');
    expect(failure.details.said).toContain(said);
    expect(sent()).toEqual(['DescribePodIdentityAssociation']);
  });

  test.each([
    [{ roleArn: 'arn:third' }, update],
    [{ tags: {} }, { ...update, replaces: { roleArn: ROLE_ARN, tags } }],
    [{ tags: { 'managed-by': 'x' } }, { ...update, replaces: { roleArn: ROLE_ARN, tags } }],
  ])('leaves one that has changed since the plan: %j', async (difference, asked) => {
    const { writer, sent } = existing({ ...described, ...difference });
    const failure = await failureOf(writer.updateAssociation(asked));
    expect([failure.reason, sent()]).toEqual(['plan-changed', ['DescribePodIdentityAssociation']]);
  });

  test('goes on where another run has done the same, or others have added a tag', async () => {
    const asked = { ...update, replaces: { roleArn: 'arn:other', tags: { 'managed-by': 'old' } } };
    const { writer, sent } = existing({ ...described, tags: { ...tags, theirs: 'x' } });
    await writer.updateAssociation(asked);
    expect(sent()).toEqual(['DescribePodIdentityAssociation']);
  });

  test('one that vanished means that the plan has changed', async () => {
    const { eks, writer } = setUp();
    eks
      .on(DescribePodIdentityAssociationCommand)
      .rejects(awsError('ResourceNotFoundException', 'no such association'));
    expect((await failureOf(writer.updateAssociation(update))).reason).toBe('plan-changed');
  });
});

describe('deleteAssociation', () => {
  test('returns once the list does not show it any more', async () => {
    const { eks, writer, clock, sent } = existing(described);
    eks.on(DeletePodIdentityAssociationCommand).resolves({});
    eks
      .on(ListPodIdentityAssociationsCommand)
      .resolvesOnce({ associations: [{ associationId: 'a-1' }] })
      .resolves({ associations: [{ associationId: 'a-2' }] });
    await writer.deleteAssociation(deletion);
    expect(clock.slept).toEqual([500]);
    expect(sent().slice(0, 2)).toEqual(['DescribePodIdentityAssociation', 'DeletePodIdentityAssociation']);
  });

  test.each([
    [{ roleArn: 'arn:other' }, 'plan-changed', 'association a-1 is not as it was'],
    [{ tags: {} }, 'plan-changed', 'association a-1 is not as it was'],
    [{ ownerArn: 'arn:addon' }, 'not-owned', 'the add-on arn:addon owns'],
  ])('leaves one that has changed since the plan: %j', async (difference, reason, said) => {
    const { writer, sent } = existing({ ...described, ...difference });
    const failure = await failureOf(writer.deleteAssociation(deletion));
    expect([failure.reason, sent()]).toEqual([reason, ['DescribePodIdentityAssociation']]);
    expect(failure.details.said).toContain(said);
  });

  test('gone already is fine; no cluster is not', async () => {
    const { eks, writer } = setUp();
    eks
      .on(DescribePodIdentityAssociationCommand)
      .rejects(awsError('ResourceNotFoundException', 'no association'));
    eks
      .on(DeletePodIdentityAssociationCommand)
      .rejectsOnce(awsError('ResourceNotFoundException', 'no association'))
      .rejects(awsError('ResourceNotFoundException', 'No cluster found for name: space-prod.'));
    eks.on(ListPodIdentityAssociationsCommand).resolves({ associations: [] });
    await writer.deleteAssociation(deletion);
    expect((await failureOf(writer.deleteAssociation(deletion))).reason).toBe('cluster-not-found');
  });

  test('gives up on one that stays listed', async () => {
    const { eks, writer, clock } = existing(described);
    eks.on(DeletePodIdentityAssociationCommand).resolves({});
    eks.on(ListPodIdentityAssociationsCommand).resolves({ associations: [{ associationId: 'a-1' }] });
    const before = clock.now();
    const failure = await failureOf(writer.deleteAssociation(deletion));
    expect(failure.reason).toBe('timed-out');
    expect(failure.details.said).toContain('a-1');
    expect(clock.now() - before).toBe(60_000);
  });
});
