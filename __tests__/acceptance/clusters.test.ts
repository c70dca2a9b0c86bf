/** The cluster of a run against AWS: made and deleted as a stack, or a named one that says that it may be used. */
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  type StackStatus,
} from '@aws-sdk/client-cloudformation';
import { DescribeClusterCommand, EKSClient } from '@aws-sdk/client-eks';
import { beforeEach, expect, test } from '@jest/globals';
import { mockClient } from 'aws-sdk-client-mock';
import { readFileSync } from 'node:fs';
import { namedClusterPort } from '../../acceptance/real/named-cluster.ts';
import { stackPort } from '../../acceptance/real/stack.ts';

const eks = mockClient(EKSClient);
const stacks = mockClient(CloudFormationClient);
beforeEach(() => {
  eks.reset();
  stacks.reset();
});

const lines: string[] = [];
const port = () =>
  stackPort({
    region: 'eu-central-1',
    credentials: () => Promise.resolve({ accessKeyId: 'x', secretAccessKey: 'x' }),
    clusterName: 'trial',
    signal: new AbortController().signal,
    log: (line) => lines.push(line),
  });
const absent = () => Object.assign(new Error('Stack with id x does not exist'), { name: 'ValidationError' });
const stack = (StackStatus: StackStatus) => ({
  Stacks: [{ StackName: 'x', CreationTime: new Date(), StackStatus }],
});
const named = () => namedClusterPort(new EKSClient({ region: 'eu-central-1' }), 'trial');

test.each([{}, { 'spaces-workload-identity-acceptance': 'false' }])(
  'a named cluster with the tags %j is refused',
  async (tags) => {
    eks.on(DescribeClusterCommand).resolves({ cluster: { tags } });
    await expect(named().have()).rejects.toThrow('no tag spaces-workload-identity-acceptance=true');
  },
);

test('a named cluster with the tag may be used, and stays', async () => {
  eks.on(DescribeClusterCommand).resolves({
    cluster: { tags: { 'spaces-workload-identity-acceptance': 'true' } },
  });
  await named().have();
  await named().remove();
  expect(named().byHand).toBeUndefined();
  expect(eks.calls()).toHaveLength(1);
});

test('a stack is made from the template, and deleted', async () => {
  stacks
    .on(DescribeStacksCommand)
    .rejectsOnce(absent())
    .resolvesOnce(stack('CREATE_COMPLETE'))
    .rejects(absent());
  const made = port();
  await made.have();
  const [call] = stacks.commandCalls(CreateStackCommand);
  expect(call?.args[0].input).toMatchObject({
    StackName: 'spaces-workload-identity-acceptance-trial',
    TemplateBody: readFileSync('acceptance/real/cluster.yaml', 'utf8'),
    Parameters: [{ ParameterKey: 'ClusterName', ParameterValue: 'trial' }],
  });
  await made.remove();
  expect(stacks.commandCalls(DeleteStackCommand)).toHaveLength(1);
});

test('a stack that is there already is neither used nor deleted', async () => {
  stacks.on(DescribeStacksCommand).resolves(stack('CREATE_COMPLETE'));
  const made = port();
  await expect(made.have()).rejects.toThrow('There is a stack');
  await made.remove();
  expect(stacks.commandCalls(CreateStackCommand)).toEqual([]);
  expect(stacks.commandCalls(DeleteStackCommand)).toEqual([]);
});

test("a stack that fails says why, and is deleted all the same; one that can't be deleted says so", async () => {
  stacks
    .on(DescribeStacksCommand)
    .rejectsOnce(absent())
    .resolvesOnce(stack('CREATE_FAILED'))
    .resolves(stack('DELETE_FAILED'));
  stacks.on(DescribeStackEventsCommand).resolves({
    StackEvents: [
      {
        StackId: 'x',
        EventId: '1',
        StackName: 'x',
        Timestamp: new Date(),
        LogicalResourceId: 'Cluster',
        ResourceStatus: 'CREATE_FAILED',
        ResourceStatusReason: 'no capacity in eu-central-1a',
      },
    ],
  });
  const made = port();
  await expect(made.have()).rejects.toThrow('CREATE_FAILED. Cluster: no capacity in eu-central-1a');
  await expect(made.remove()).rejects.toThrow('DELETE_FAILED');
  expect(stacks.commandCalls(DeleteStackCommand)).toHaveLength(1);
});
