/** Reading the caller, clusters, add-ons and associations, against mocks of the SDK. */
import {
  DescribeAddonCommand,
  DescribeClusterCommand,
  DescribePodIdentityAssociationCommand,
  ListPodIdentityAssociationsCommand,
} from '@aws-sdk/client-eks';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { describe, expect, test } from '@jest/globals';
import { createAwsReader } from '../../../src/aws/reader.ts';
import { ACCOUNT, awsError, CLUSTER, CLUSTER_ARN, failureOf, mockedAws, ROLE_ARN } from '../fakes.ts';

function setUp() {
  const mocked = mockedAws();
  return { ...mocked, reader: createAwsReader(mocked.clients, mocked.log, mocked.clock) };
}

const chained = { targetRoleArn: 'arn:target', externalId: 'id-1' };

describe('caller', () => {
  test('takes the partition from the ARN', async () => {
    const { sts, reader } = setUp();
    const arn = `arn:aws-cn:sts::${ACCOUNT}:assumed-role/job/run`;
    sts.on(GetCallerIdentityCommand).resolves({ Account: ACCOUNT, Arn: arn });
    expect(await reader.caller()).toEqual({ account: ACCOUNT, arn, partition: 'aws-cn' });
  });

  test('an answer without an ARN is not of AWS, and names the call', async () => {
    const { sts, reader } = setUp();
    sts.on(GetCallerIdentityCommand).resolves({ Account: ACCOUNT });
    const failure = await failureOf(reader.caller());
    expect(failure.reason).toBe('timed-out');
    expect(failure.details.tried).toBe('ask AWS who this job is');
  });
});

describe('cluster', () => {
  test('reads what EKS says, the authority as PEM', async () => {
    const { eks, reader } = setUp();
    eks.on(DescribeClusterCommand, { name: CLUSTER }).resolves({
      cluster: {
        name: CLUSTER,
        arn: CLUSTER_ARN,
        version: '1.35',
        status: 'ACTIVE',
        endpoint: 'https://x.eks.amazonaws.com',
        certificateAuthority: { data: Buffer.from('-----BEGIN CERTIFICATE-----').toString('base64') },
        identity: { oidc: { issuer: 'https://oidc.eks.eu-central-1.amazonaws.com/id/1' } },
        computeConfig: { enabled: true },
        resourcesVpcConfig: { endpointPublicAccess: false, publicAccessCidrs: ['10.0.0.0/8'] },
      },
    });
    expect(await reader.cluster(CLUSTER)).toEqual({
      name: CLUSTER,
      arn: CLUSTER_ARN,
      region: 'eu-central-1',
      account: ACCOUNT,
      partition: 'aws',
      version: '1.35',
      status: 'ACTIVE',
      endpoint: 'https://x.eks.amazonaws.com',
      certificateAuthority: '-----BEGIN CERTIFICATE-----',
      issuer: 'https://oidc.eks.eu-central-1.amazonaws.com/id/1',
      autoMode: true,
      publicAccess: false,
      publicAccessCidrs: ['10.0.0.0/8'],
    });
  });

  test('one that is being created has no issuer, endpoint and authority yet', async () => {
    const { eks, reader } = setUp();
    const cluster = { name: CLUSTER, arn: CLUSTER_ARN, version: '1.35' };
    eks.on(DescribeClusterCommand).resolves({ cluster });
    const read = await reader.cluster(CLUSTER);
    expect(read).toMatchObject({
      status: 'UNKNOWN',
      endpoint: '',
      certificateAuthority: '',
      autoMode: false,
    });
    expect(read).toMatchObject({ publicAccess: true, publicAccessCidrs: [] });
    expect(read).not.toHaveProperty('issuer');
  });

  test('who gets in by what, what EKS holds against it, and whether it is only registered', async () => {
    const { eks, reader } = setUp();
    eks.on(DescribeClusterCommand).resolves({
      cluster: {
        name: CLUSTER,
        arn: CLUSTER_ARN,
        status: 'PENDING',
        accessConfig: { authenticationMode: 'CONFIG_MAP' },
        health: { issues: [{ code: 'KmsKeyNotFound', message: 'the key is gone' }] },
        connectorConfig: { provider: 'OTHER' },
      },
    });
    expect(await reader.cluster(CLUSTER)).toMatchObject({
      version: '',
      authenticationMode: 'CONFIG_MAP',
      healthIssues: ['KmsKeyNotFound: the key is gone'],
      registeredOnly: true,
    });
  });

  test('none of that name is undefined; a refusal is a Failure', async () => {
    const { eks, reader } = setUp();
    eks
      .on(DescribeClusterCommand)
      .rejectsOnce(awsError('ResourceNotFoundException', `No cluster found for name: ${CLUSTER}.`))
      .rejects(
        awsError('AccessDeniedException', 'User: x is not authorized to perform: eks:DescribeCluster'),
      );
    expect(await reader.cluster(CLUSTER)).toBeUndefined();
    const failure = await failureOf(reader.cluster(CLUSTER));
    expect(failure.reason).toBe('access-denied');
    expect(failure.details.next).toContain('eks:DescribeCluster');
  });
});

describe('add-on', () => {
  test('with what EKS holds against it', async () => {
    const { eks, reader } = setUp();
    eks.on(DescribeAddonCommand).resolves({
      addon: {
        addonVersion: 'v1.3.10-eksbuild.2',
        status: 'DEGRADED',
        health: {
          issues: [{ code: 'InsufficientNumberOfReplicas', message: 'no nodes' }, { code: 'AccessDenied' }],
        },
      },
    });
    expect(await reader.addOn(CLUSTER, 'eks-pod-identity-agent')).toEqual({
      version: 'v1.3.10-eksbuild.2',
      status: 'DEGRADED',
      issues: ['InsufficientNumberOfReplicas: no nodes', 'AccessDenied'],
    });
  });

  test('not installed is undefined; no cluster is a Failure under the same code', async () => {
    const { eks, reader } = setUp();
    eks
      .on(DescribeAddonCommand)
      .rejectsOnce(awsError('ResourceNotFoundException', 'No addon: x found in cluster: y'))
      .rejectsOnce(awsError('ResourceNotFoundException', 'No cluster found for name: y.'))
      .resolves({ addon: {} });
    expect(await reader.addOn(CLUSTER, 'x')).toBeUndefined();
    expect((await failureOf(reader.addOn(CLUSTER, 'x'))).reason).toBe('cluster-not-found');
    expect(await reader.addOn(CLUSTER, 'x')).toEqual({ version: '', status: 'UNKNOWN', issues: [] });
  });

  test('a denial is no failure: it says what is not known', async () => {
    const { eks, reader } = setUp();
    const said =
      'User: x is not authorized to perform: eks:DescribeAddon on resource: arn:aws:eks:r:1:/clusters/c/addons/x';
    eks
      .on(DescribeAddonCommand)
      .rejectsOnce(awsError('AccessDeniedException', said))
      .rejects(awsError('ThrottlingException', 'Rate exceeded'));
    expect(await reader.addOn(CLUSTER, 'x')).toEqual({
      kind: 'unreadable',
      why: expect.stringContaining(said),
    });
    expect((await failureOf(reader.addOn(CLUSTER, 'x'))).reason).toBe('throttled');
  });
});

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
          ...chained,
          ownerArn: 'arn:addon',
          policy: '{}',
          disableSessionTags: true,
          tags: { a: 'b' },
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
        modifiedAt: 5,
      }),
    ]);
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
