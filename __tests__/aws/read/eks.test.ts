/** Reading the caller, clusters and add-ons, against mocks of the SDK. */
import { DescribeAddonCommand, DescribeClusterCommand } from '@aws-sdk/client-eks';
import { GetCallerIdentityCommand } from '@aws-sdk/client-sts';
import { describe, expect, test } from '@jest/globals';
import { createAwsReader } from '../../../src/aws/reader.ts';
import { ACCOUNT, awsError, CLUSTER, CLUSTER_ARN, failureOf, mockedAws } from '../fakes.ts';

function setUp() {
  const mocked = mockedAws();
  return { ...mocked, reader: createAwsReader(mocked.clients, mocked.log, mocked.clock) };
}

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

  test('what is empty is absent', async () => {
    const { eks, reader } = setUp();
    eks.on(DescribeClusterCommand).resolves({
      cluster: {
        name: CLUSTER,
        arn: CLUSTER_ARN,
        identity: { oidc: { issuer: '' } },
        connectorConfig: {},
        health: {},
      },
    });
    const cluster = await reader.cluster(CLUSTER);
    expect(cluster).toMatchObject({ status: 'UNKNOWN' });
    for (const member of ['issuer', 'registeredOnly', 'authenticationMode', 'healthIssues'])
      expect(cluster).not.toHaveProperty(member);
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
    expect(failure.details.next).toContain('Allow eks:DescribeCluster');
    // A policy of one cluster refuses a misspelt name or another region just so.
    expect(failure.details.tried).toBe(`describe EKS cluster ${CLUSTER} in eu-central-1`);
    expect(failure.details.next).toMatch(/^Check `cluster-name` and `aws-region` first/);
    expect(failure.details.next).toContain('aws eks list-clusters --region eu-central-1');
  });

  test('a refusal by an organisation is not taken for a misspelt name', async () => {
    const { eks, reader } = setUp();
    eks
      .on(DescribeClusterCommand)
      .rejects(
        awsError(
          'AccessDeniedException',
          'User: x is not authorized to perform: eks:DescribeCluster with an explicit deny in a service control policy',
        ),
      );
    const failure = await failureOf(reader.cluster(CLUSTER));
    expect(failure.details.next).not.toContain('cluster-name');
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

  test.each([
    ['UnknownOperationException', 404, {}],
    ['InternalFailure', 501, {}],
    ['SyntaxError', 404, { $fault: undefined, $response: {} }],
  ])('an EKS without add-ons is no failure either: %s, status %d', async (name, httpStatusCode, more) => {
    const { eks, reader } = setUp();
    const $metadata = { httpStatusCode, attempts: 1 };
    eks.on(DescribeAddonCommand).rejects(awsError(name, 'said so', { $fault: 'client', $metadata, ...more }));
    expect(await reader.addOn(CLUSTER, 'x')).toMatchObject({ kind: 'unreadable' });
  });
});
