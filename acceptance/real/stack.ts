/** The cluster of `--create`: one CloudFormation stack, made and deleted as a whole. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CloudFormationClient,
  CreateStackCommand,
  DeleteStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  type Stack,
} from '@aws-sdk/client-cloudformation';
import { pricesPerHour } from '../frame/costs.ts';
import { until } from '../frame/until.ts';
import { MARK } from '../make/names.ts';
import type { ClusterPort, Ports } from '../ports.ts';

/** A control plane takes about ten minutes, nodes three; to delete them takes as long. */
const BOUND_MS = 2_400_000;
const PAUSE_MS = 15_000;

export const stackNameOf = (clusterName: string): string => `${MARK}-${clusterName}`;

export interface StackOptions extends Pick<Ports, 'region' | 'credentials'> {
  readonly clusterName: string;
  readonly signal: AbortSignal;
  readonly log: (line: string) => void;
}

export function stackPort(options: StackOptions): ClusterPort {
  const { region, credentials, clusterName } = options;
  const client = new CloudFormationClient({ region, credentials });
  const name = stackNameOf(clusterName);
  // Only what this run has made is deleted by it.
  let isOurs = false;
  return {
    announcement: [`stack ${name}: a VPC, EKS cluster ${clusterName}, two nodes`, ...pricesPerHour(true)],
    byHand: `aws cloudformation delete-stack --stack-name ${name} --region ${region}`,
    async have() {
      if ((await find(client, name)) !== undefined)
        throw new Error(
          `There is a stack ${name} already: remove it with --remove, or name another cluster.`,
        );
      isOurs = true;
      await create(client, name, options);
    },
    async remove() {
      if (isOurs) await deleteStack(client, name, options.log);
    },
  };
}

async function create(client: CloudFormationClient, name: string, options: StackOptions): Promise<void> {
  await client.send(
    new CreateStackCommand({
      StackName: name,
      TemplateBody: readFileSync(join(import.meta.dirname, 'cluster.yaml'), 'utf8'),
      Parameters: [{ ParameterKey: 'ClusterName', ParameterValue: options.clusterName }],
      Capabilities: ['CAPABILITY_IAM'],
      OnFailure: 'DO_NOTHING',
      Tags: [{ Key: MARK, Value: 'true' }],
    }),
  );
  const { answer, afterMs } = await until({
    boundMs: BOUND_MS,
    pauseMs: PAUSE_MS,
    signal: options.signal,
    attempt: () => find(client, name),
    isIt: (stack) => stack?.StackStatus !== 'CREATE_IN_PROGRESS',
  });
  const status = answer?.StackStatus ?? 'gone';
  options.log(`stack ${name}: ${status} after ${Math.round((afterMs ?? BOUND_MS) / 1000)} s`);
  if (status !== 'CREATE_COMPLETE')
    throw new Error(`Stack ${name}: ${status}. ${await whyNot(client, name)}`);
}

/** Deletes it and waits; that it is gone already is fine. */
export async function deleteStack(
  client: CloudFormationClient,
  name: string,
  log: (line: string) => void,
): Promise<void> {
  await client.send(new DeleteStackCommand({ StackName: name }));
  const { answer } = await until({
    boundMs: BOUND_MS,
    pauseMs: PAUSE_MS,
    // Not the run's own signal: a cancelled run deletes too.
    signal: new AbortController().signal,
    attempt: () => find(client, name),
    isIt: (stack) => stack?.StackStatus !== 'DELETE_IN_PROGRESS',
  });
  if (answer !== undefined)
    throw new Error(`Stack ${name}: ${answer.StackStatus}. ${await whyNot(client, name)}`);
  log(`stack ${name} is gone`);
}

/** Undefined when there is none. CloudFormation has no code of its own for that. */
export async function find(client: CloudFormationClient, name: string): Promise<Stack | undefined> {
  try {
    const { Stacks: [stack] = [] } = await client.send(new DescribeStacksCommand({ StackName: name }));
    return stack?.StackStatus === 'DELETE_COMPLETE' ? undefined : stack;
  } catch (error) {
    if (error instanceof Error && /does not exist/.test(error.message)) return undefined;
    throw error;
  }
}

async function whyNot(client: CloudFormationClient, name: string): Promise<string> {
  const { StackEvents: events = [] } = await client.send(new DescribeStackEventsCommand({ StackName: name }));
  const failed = events.filter(({ ResourceStatus: status = '' }) => status.endsWith('_FAILED'));
  return failed
    .map((one) => `${one.LogicalResourceId}: ${one.ResourceStatusReason ?? ''}`)
    .slice(-3)
    .join('; ');
}
