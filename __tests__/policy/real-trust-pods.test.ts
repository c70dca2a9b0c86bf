/** Trust policies for EKS Pod Identity as AWS's guides, eksctl, Terraform's modules and people write them, with the right answer beside each. */
import { expect, test } from '@jest/globals';
import { readPolicyDocument } from '../../src/aws/read/policy-document.ts';
import type { Json } from '../../src/model/json.ts';
import { admitsPodIdentity } from '../../src/policy/trust-evaluation.ts';
import { intent } from '../support/factories.ts';
import { ACCOUNT, CLUSTER_ARN, host, SERVICE_ACCOUNT } from '../support/names.ts';
import { placeOf } from '../support/world-of.ts';

const { target } = placeOf(intent());
const NAMESPACE = 'aws:RequestTag/kubernetes-namespace';
const ACCOUNT_TAG = 'aws:RequestTag/kubernetes-service-account';

const pods = (Condition?: Json, more: { readonly [key: string]: Json } = {}): Json => ({
  Sid: 'AllowEksAuthToAssumeRoleForPodIdentity',
  Effect: 'Allow',
  Principal: { Service: 'pods.eks.amazonaws.com' },
  Action: ['sts:AssumeRole', 'sts:TagSession'],
  ...(Condition !== undefined && { Condition }),
  ...more,
});
const of = (...Statement: readonly Json[]): Json => ({ Version: '2012-10-17', Statement });
const both = { [NAMESPACE]: [host('a')], [ACCOUNT_TAG]: [SERVICE_ACCOUNT] };

type Answer = 'admitted' | 'refused' | 'unknown';
/** With session tags, and without. */
const TABLE: readonly (readonly [string, Json, Answer, Answer])[] = [
  ['the EKS guide, eksctl and Terraform’s module', of(pods()), 'admitted', 'admitted'],
  ['the EKS guide with conditions', of(pods({ StringEquals: both })), 'admitted', 'refused'],
  [
    'bound to account and cluster',
    of(pods({ StringEquals: { 'aws:SourceAccount': ACCOUNT }, ArnEquals: { 'aws:SourceArn': CLUSTER_ARN } })),
    'admitted',
    'admitted',
  ],
  [
    'bound to any cluster of the account',
    of(pods({ ArnLike: { 'aws:SourceArn': `arn:aws:eks:*:${ACCOUNT}:cluster/*` } })),
    'admitted',
    'admitted',
  ],
  [
    'StringLike on the cluster’s ARN',
    of(pods({ StringLike: { 'aws:SourceArn': 'arn:aws:eks:*' } })),
    'admitted',
    'admitted',
  ],
  [
    'bound to associations, which never matches',
    of(
      pods({
        ArnLike: {
          'aws:SourceArn': `arn:aws:eks:eu-central-1:${ACCOUNT}:podidentityassociation/space-prod/*`,
        },
      }),
    ),
    'refused',
    'refused',
  ],
  [
    'another account',
    of(pods({ StringEquals: { 'aws:SourceAccount': '444455556666' } })),
    'refused',
    'refused',
  ],
  [
    'the account as a number',
    of(pods({ StringEquals: { 'aws:SourceAccount': Number(ACCOUNT) } })),
    'admitted',
    'admitted',
  ],
  ['namespaces by pattern', of(pods({ StringLike: { [NAMESPACE]: 'mxp-*-system' } })), 'admitted', 'refused'],
  [
    'the cluster by its tag',
    of(pods({ StringEquals: { 'aws:RequestTag/eks-cluster-arn': CLUSTER_ARN } })),
    'admitted',
    'refused',
  ],
  [
    'a tag of another spelling',
    of(pods({ StringEquals: { 'aws:RequestTag/cluster-arn': CLUSTER_ARN } })),
    'refused',
    'refused',
  ],
  [
    'keys of the tags in another case',
    of(pods({ StringEquals: { 'aws:requesttag/Kubernetes-Namespace': host('a') } })),
    'admitted',
    'refused',
  ],
  ['without TagSession', of(pods(undefined, { Action: 'sts:AssumeRole' })), 'refused', 'admitted'],
  [
    'two statements, one an action',
    of(
      pods(undefined, { Action: 'sts:AssumeRole' }),
      pods({ StringLike: { [NAMESPACE]: '*' } }, { Action: 'sts:TagSession' }),
    ),
    'admitted',
    'admitted',
  ],
  ['actions by wildcard', of(pods(undefined, { Action: 'sts:*' })), 'admitted', 'admitted'],
  [
    'actions in another case',
    of(pods(undefined, { Action: ['STS:ASSUMEROLE', 'sts:tagsession'] })),
    'admitted',
    'admitted',
  ],
  [
    'the older service of EC2',
    of(pods(undefined, { Principal: { Service: 'ec2.amazonaws.com' } })),
    'refused',
    'refused',
  ],
  [
    'EC2 and pods',
    of(pods(undefined, { Principal: { Service: ['ec2.amazonaws.com', 'pods.eks.amazonaws.com'] } })),
    'admitted',
    'admitted',
  ],
  [
    'an organisation, which a service does not tell here',
    of(pods({ StringEquals: { 'aws:SourceOrgID': 'o-1' } })),
    'unknown',
    'unknown',
  ],
  [
    'tags that there have to be',
    of(
      pods({
        'ForAllValues:StringEquals': {
          'aws:TagKeys': [
            'kubernetes-namespace',
            'kubernetes-service-account',
            'kubernetes-pod-name',
            'kubernetes-pod-uid',
            'eks-cluster-arn',
            'eks-cluster-name',
          ],
        },
      }),
    ),
    'admitted',
    'admitted',
  ],
  [
    'fewer tags than there are',
    of(pods({ 'ForAllValues:StringEquals': { 'aws:TagKeys': ['kubernetes-namespace'] } })),
    'refused',
    'admitted',
  ],
  [
    'a list without a quantifier',
    of(pods({ StringEquals: { 'aws:TagKeys': ['kubernetes-namespace'] } })),
    'unknown',
    'refused',
  ],
  [
    'a pod by its name',
    of(pods({ StringLike: { 'aws:RequestTag/kubernetes-pod-name': 'external-secrets-*' } })),
    'unknown',
    'refused',
  ],
  ['a service only', of(pods({ Bool: { 'aws:PrincipalIsAWSService': 'true' } })), 'admitted', 'admitted'],
  [
    'no service that is not of AWS',
    of(
      pods(),
      pods({ BoolIfExists: { 'aws:PrincipalIsAWSService': 'false' } }, { Effect: 'Deny', Principal: '*' }),
    ),
    'admitted',
    'admitted',
  ],
  [
    'a namespace of the very tag',
    of(pods({ StringEquals: { [NAMESPACE]: '${aws:RequestTag/kubernetes-namespace}' } })),
    'admitted',
    'refused',
  ],
  [
    'a default where a tag lacks',
    of(pods({ StringLike: { 'aws:SourceAccount': `\${aws:RequestTag/team, '${ACCOUNT}'}` } })),
    'admitted',
    'admitted',
  ],
];

test.each(TABLE)('%s', (_source, document, withTags, withoutTags) => {
  const call = { tried: 'read', action: 'iam:GetRole', on: 'role' };
  const read = readPolicyDocument(encodeURIComponent(JSON.stringify(document)), call);
  const request = {
    target,
    namespace: host('a'),
    serviceAccount: SERVICE_ACCOUNT,
    audience: 'pods.eks.amazonaws.com',
    clusterArn: target.clusterArn,
  };
  const answers = [true, false].map(
    (sessionTags) => admitsPodIdentity(read, { ...request, sessionTags }).kind,
  );
  expect(answers).toEqual([withTags, withoutTags]);
});
