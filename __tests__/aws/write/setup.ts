/** The writing side of the AWS adapter over mocks of the SDK. */
import {
  DescribePodIdentityAssociationCommand,
  UpdatePodIdentityAssociationCommand,
} from '@aws-sdk/client-eks';
import type { Role } from '@aws-sdk/client-iam';
import { createAwsWriter } from '../../../src/aws/writer.ts';
import type { PolicyDocument } from '../../../src/model/policy.ts';
import type { CreateAssociation, UpdateAssociation } from '../../../src/model/write.ts';
import { ACCOUNT, awsError, CLUSTER, mockedAws, ROLE, ROLE_ARN } from '../fakes.ts';

export function setUp() {
  const mocked = mockedAws();
  return { ...mocked, writer: createAwsWriter(mocked.clients, mocked.log, mocked.clock) };
}

export const key = {
  clusterName: CLUSTER,
  namespace: 'mxp-1-system',
  serviceAccount: 'external-secrets-controller',
};
export const tags = { 'managed-by': 'spaces-workload-identity' };
export const creation: CreateAssociation = { op: 'create-association', ...key, roleArn: ROLE_ARN, tags };
export const associationArn = `arn:aws:eks:eu-central-1:${ACCOUNT}:podidentityassociation/${CLUSTER}/a-1`;
/** As EKS describes it. */
export const described = {
  ...key,
  associationId: 'a-1',
  associationArn,
  roleArn: ROLE_ARN,
  tags,
  disableSessionTags: false,
};
/** The association changed from `before` to `wanted`, where the tests name only what differs. */
export const updateOf = (wanted: Partial<UpdateAssociation>, before: object = {}): UpdateAssociation => ({
  op: 'update-association',
  ...key,
  associationId: 'a-1',
  associationArn,
  roleArn: ROLE_ARN,
  disableSessionTags: false,
  tags,
  ...wanted,
  replaces: { roleArn: ROLE_ARN, tags, ...before },
});

/** EKS has the association, with what the test names. */
export function existing(association: object) {
  const mocked = setUp();
  mocked.eks
    .on(DescribePodIdentityAssociationCommand)
    .resolves({ association: { ...described, ...association } });
  mocked.eks.on(UpdatePodIdentityAssociationCommand).resolves({});
  return mocked;
}

export const inUse = awsError('ResourceInUseException', 'Association already exists: a-1');

/** A role as IAM describes it. */
export const iamRole = (trustPolicy: PolicyDocument, more: Partial<Role> = {}): Role => ({
  RoleName: ROLE,
  RoleId: 'AROA1',
  Path: '/',
  CreateDate: new Date(),
  Arn: ROLE_ARN,
  AssumeRolePolicyDocument: encodeURIComponent(JSON.stringify(trustPolicy)),
  ...more,
});

export const document: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [
    { Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'pods.eks.amazonaws.com' } },
  ],
};
/** As it is sent. */
export const compact =
  '{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"pods.eks.amazonaws.com"}}]}';
