/** Reading associations, against mocks of the SDK. */
import {
  DescribePodIdentityAssociationCommand,
  ListPodIdentityAssociationsCommand,
} from '@aws-sdk/client-eks';
import { describe, expect, test } from '@jest/globals';
import { createAwsReader } from '../../../src/aws/reader.ts';
import { ACCOUNT, awsError, CLUSTER, failureOf, mockedAws, ROLE_ARN } from '../fakes.ts';

function setUp() {
  const mocked = mockedAws();
  return { ...mocked, reader: createAwsReader(mocked.clients, mocked.log, mocked.clock) };
}

const chained = { targetRoleArn: 'arn:target', externalId: 'id-1' };

const summaries = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, index) => ({ associationId: `a-${from + index}` }));
const found = (id: string) => ({
  associationId: id,
  associationArn: `arn:aws:eks:eu-central-1:${ACCOUNT}:podidentityassociation/${CLUSTER}/${id}`,
  namespace: 'mxp-1-system',
  serviceAccount: 'external-secrets-controller',
  roleArn: ROLE_ARN,
});

describe('associations', () => {
  test('are listed over all pages, filtered by EKS, and described at most ten at a time', async () => {
    const { eks, reader } = setUp();
    const filter = { clusterName: CLUSTER, serviceAccount: 'external-secrets-controller' };
    eks
      .on(ListPodIdentityAssociationsCommand, { ...filter, nextToken: undefined })
      .resolves({ associations: summaries(0, 100), nextToken: 't1' })
      .on(ListPodIdentityAssociationsCommand, { ...filter, nextToken: 't1' })
      .resolves({ associations: summaries(100, 130) });
    let running = 0;
    let most = 0;
    eks.on(DescribePodIdentityAssociationCommand).callsFake(async (input: { associationId: string }) => {
      running += 1;
      most = Math.max(most, running);
      await new Promise((resolve) => setImmediate(resolve));
      running -= 1;
      return { association: found(input.associationId) };
    });
    const associations = await reader.associations(CLUSTER, 'external-secrets-controller');
    expect(associations).toHaveLength(130);
    expect(most).toBe(10);
    expect(associations[0]).toEqual({
      id: 'a-0',
      arn: found('a-0').associationArn,
      namespace: 'mxp-1-system',
      serviceAccount: 'external-secrets-controller',
      roleArn: ROLE_ARN,
      disableSessionTags: false,
      hasPolicy: false,
      tags: {},
      createdAt: 0,
      modifiedAt: 0,
    });
  });

  test('one that is deleted meanwhile is left out; the rest is read whole', async () => {
    const { eks, reader } = setUp();
    eks.on(ListPodIdentityAssociationsCommand).resolves({ associations: summaries(0, 2) });
    eks
      .on(DescribePodIdentityAssociationCommand, { clusterName: CLUSTER, associationId: 'a-0' })
      .rejects(awsError('ResourceNotFoundException', 'No association a-0'))
      .on(DescribePodIdentityAssociationCommand, { clusterName: CLUSTER, associationId: 'a-1' })
      .resolves({
        association: {
          ...found('a-1'),
          serviceAccount: 'sa',
          ...chained,
          ownerArn: 'arn:addon',
          policy: '{}',
          disableSessionTags: true,
          tags: { a: 'b' },
          createdAt: new Date(3),
          modifiedAt: new Date(5),
        },
      });
    expect(await reader.associations(CLUSTER, 'sa')).toEqual([
      expect.objectContaining({
        id: 'a-1',
        ...chained,
        ownerArn: 'arn:addon',
        hasPolicy: true,
        disableSessionTags: true,
        tags: { a: 'b' },
        createdAt: 3,
        modifiedAt: 5,
      }),
    ]);
  });

  test('what is empty is absent; what another service account has is not taken for the one that was asked for', async () => {
    const { eks, reader } = setUp();
    const empty = { ownerArn: '', targetRoleArn: '', externalId: '', policy: '' };
    eks
      .on(ListPodIdentityAssociationsCommand)
      .resolves({ associations: summaries(0, 2).map((one) => ({ ...one, ownerArn: '' })) });
    eks
      .on(DescribePodIdentityAssociationCommand)
      .callsFake(({ associationId: id }: { associationId: string }) =>
        Promise.resolve({
          association: { ...found(id), ...empty, ...(id === 'a-1' && { serviceAccount: 'other' }) },
        }),
      );
    const [first, ...rest] = await reader.associations(CLUSTER, 'external-secrets-controller');
    expect(rest).toEqual([]);
    expect(first).toMatchObject({ id: 'a-0', hasPolicy: false });
    expect(first).not.toHaveProperty('ownerArn');
    expect(first).not.toHaveProperty('targetRoleArn');
    expect(first).not.toHaveProperty('externalId');
    const query = { except: 'external-secrets-controller', takes: () => true };
    expect(await reader.otherAssociations(CLUSTER, query)).toHaveLength(2);
  });

  test('no cluster is a Failure, both in the list and in between', async () => {
    const { eks, reader } = setUp();
    const gone = awsError('ResourceNotFoundException', 'No cluster found for name: space-prod.');
    eks
      .on(ListPodIdentityAssociationsCommand)
      .rejectsOnce(gone)
      .resolves({ associations: summaries(0, 1) });
    eks.on(DescribePodIdentityAssociationCommand).rejects(gone);
    expect((await failureOf(reader.associations(CLUSTER, 'sa'))).reason).toBe('cluster-not-found');
    expect((await failureOf(reader.associations(CLUSTER, 'sa'))).reason).toBe('cluster-not-found');
  });
});
