/** Creating an association where one has appeared meanwhile, against mocks of the SDK. */
import {
  CreatePodIdentityAssociationCommand,
  DescribePodIdentityAssociationCommand,
  ListPodIdentityAssociationsCommand,
} from '@aws-sdk/client-eks';
import { expect, test } from '@jest/globals';
import type { CreateAssociation } from '../../../src/model/write.ts';
import { failureOf } from '../fakes.ts';
import { creation, described, inUse, key, setUp } from './setup.ts';

function inTheWay(association: Record<string, unknown>) {
  const mocked = setUp();
  mocked.eks.on(CreatePodIdentityAssociationCommand).rejects(inUse);
  mocked.eks
    .on(ListPodIdentityAssociationsCommand, key)
    .resolves({ associations: [{ associationId: 'a-1' }] });
  mocked.eks.on(DescribePodIdentityAssociationCommand).resolves({ association });
  return mocked;
}

test('takes it when it is just what is desired', async () => {
  const { writer, sent, clock } = inTheWay(described);
  expect(await writer.createAssociation(creation)).toBe('a-1');
  expect(clock.slept).toEqual([]);
  expect(sent().filter((name) => /^(Update|Delete|Tag)/.test(name))).toEqual([]);
});

const BY_ANOTHER_RUN = 'plan-changed';
test.each<[Record<string, unknown>, string, string, Partial<CreateAssociation>?]>([
  [{ roleArn: 'arn:other' }, BY_ANOTHER_RUN, 'gives the role arn:other'],
  [{ ownerArn: 'arn:addon' }, 'not-owned', 'belongs to the add-on arn:addon'],
  [{ targetRoleArn: 'arn:t' }, BY_ANOTHER_RUN, 'goes on to the role arn:t'],
  [{ targetRoleArn: undefined }, BY_ANOTHER_RUN, 'goes on to no other role', { targetRoleArn: 'arn:t' }],
  [{ disableSessionTags: true }, BY_ANOTHER_RUN, 'session tags off'],
  [{ policy: '{}' }, BY_ANOTHER_RUN, 'session policy'],
  [{ tags: {} }, 'not-owned', 'lacks the tags'],
  [{ tags: {}, roleArn: 'arn:other' }, 'not-owned', 'lacks the tags'],
])('refuses one with %j', async (difference, reason, said, wanted = {}) => {
  const { writer, sent } = inTheWay({ ...described, ...difference });
  const failure = await failureOf(writer.createAssociation({ ...creation, ...wanted }));
  expect(failure.reason).toBe(reason);
  expect(failure.details.said).toContain(said);
  expect(sent()).toEqual([
    'CreatePodIdentityAssociation',
    'ListPodIdentityAssociations',
    'DescribePodIdentityAssociation',
  ]);
});

test('waits for a deleted one that EKS still counts, within a bound', async () => {
  const { eks, writer, clock } = setUp();
  eks.on(ListPodIdentityAssociationsCommand).resolves({ associations: [] });
  eks
    .on(CreatePodIdentityAssociationCommand)
    .rejectsOnce(inUse)
    .resolves({ association: { associationId: 'a-2' } });
  expect(await writer.createAssociation(creation)).toBe('a-2');
  expect(clock.slept).toHaveLength(1);
  eks.on(CreatePodIdentityAssociationCommand).rejects(inUse);
  const before = clock.now();
  const failure = await failureOf(writer.createAssociation(creation));
  expect(clock.now() - before).toBe(60_000);
  expect(failure.reason).toBe('timed-out');
  expect(failure.details.next).toContain('it still counts one that was deleted');
});
