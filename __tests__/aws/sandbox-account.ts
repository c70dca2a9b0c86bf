/** The sandbox's AWS with one cluster, a clock shared with the adapter, and jobs with the permissions of calls.ts. */
import { type Aws, startAws } from '../../sandbox/aws/index.ts';
import { AWS_CALLS, type CallResource } from '../../src/aws/calls.ts';
import { type AwsClients, createClients } from '../../src/aws/client/clients.ts';
import { createAwsReader } from '../../src/aws/reader.ts';
import { createAwsWriter } from '../../src/aws/writer.ts';
import type { CreateAddOn, CreateAssociation, CreateRole } from '../../src/model/write.ts';
import type { PolicyDocument } from '../../src/model/policy.ts';
import { marksOf } from '../../src/desired/marks.ts';
import type { AwsReader, AwsWriter, Clock } from '../../src/model/ports.ts';
import { ACCOUNT, CLUSTER, CLUSTER_ARN, connection, fakeLog, type FakeLog, ROLE } from './fakes.ts';

export const region = 'eu-central-1';
export const issuer = `https://oidc.eks.${region}.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF`;
export const providerArn = `arn:aws:iam::${ACCOUNT}:oidc-provider/${issuer.slice('https://'.length)}`;
export const roleArn = `arn:aws:iam::${ACCOUNT}:role/spaces/${ROLE}`;
export const serviceAccount = 'external-secrets-controller';
export const agent: CreateAddOn = {
  op: 'create-add-on',
  clusterName: CLUSTER,
  addOn: 'eks-pod-identity-agent',
};
export const association: CreateAssociation = {
  op: 'create-association',
  clusterName: CLUSTER,
  namespace: 'mxp-1-system',
  serviceAccount,
  roleArn,
  tags: { 'managed-by': 'spaces-workload-identity' },
};
export const podTrust: PolicyDocument = {
  Version: '2012-10-17',
  Statement: [
    {
      Effect: 'Allow',
      Principal: { Service: 'pods.eks.amazonaws.com' },
      Action: ['sts:AssumeRole', 'sts:TagSession'],
      Condition: { StringLike: { 'aws:RequestTag/kubernetes-namespace': 'mxp-*-system' } },
    },
  ],
};
export const spec: CreateRole = {
  op: 'create-role',
  name: ROLE,
  path: '/spaces/',
  tags: { a: 'ü b' },
  trustPolicy: podTrust,
};

function arnsOf(resource: CallResource): string[] {
  switch (resource) {
    case '*':
      return ['*'];
    case 'cluster':
      return [CLUSTER_ARN];
    case 'any-cluster':
      return [`arn:aws:eks:*:${ACCOUNT}:cluster/*`];
    case 'role':
      return [roleArn, `arn:aws:iam::${ACCOUNT}:role/${ROLE}`];
    case 'any-role':
    case 'marked-role':
      return [`arn:aws:iam::${ACCOUNT}:role/*`];
    case 'oidc-provider':
      return [providerArn];
    case 'association':
      return [`arn:aws:eks:${region}:${ACCOUNT}:podidentityassociation/${CLUSTER}/*`];
    case 'add-on':
      return [
        `arn:aws:eks:${region}:${ACCOUNT}:addon/${CLUSTER}/eks-pod-identity-agent/*`,
        `arn:aws:eks:${region}:${ACCOUNT}:/clusters/${CLUSTER}/addons/eks-pod-identity-agent`,
      ];
  }
}

export type Method = keyof typeof AWS_CALLS;

/** On a role of any name that carries this action’s marks. */
export const MARKS = marksOf({ clusterArn: CLUSTER_ARN });
const isMarked = Object.fromEntries(
  Object.entries(MARKS).map(([key, value]) => [`aws:ResourceTag/${key}`, value]),
);

function statement({ action, resource, passedTo }: (typeof AWS_CALLS)[Method][number]) {
  const wanted = {
    ...(passedTo !== undefined && { 'iam:PassedToService': passedTo }),
    ...(resource === 'marked-role' && isMarked),
  };
  const condition = Object.keys(wanted).length === 0 ? {} : { Condition: { StringEquals: wanted } };
  return { Effect: 'Allow', Action: action, Resource: arnsOf(resource), ...condition };
}

export interface Job {
  readonly clients: AwsClients;
  readonly log: FakeLog;
  readonly reader: AwsReader;
  readonly writer: AwsWriter;
}

export interface World {
  readonly aws: Aws;
  /** A wait of the adapter is time that passes in AWS. */
  readonly clock: Clock;
  /** A job that may do exactly what calls.ts says of these methods. */
  jobWith(...methods: readonly Method[]): Job;
  /** Runs one method as a job that may do nothing else; hands back its answer and what it was authorised for beyond its calls. */
  alone<T>(
    method: Method,
    run: (ports: AwsReader & AwsWriter) => Promise<T>,
  ): Promise<{ answer: T; beyond: string[] }>;
  close(): Promise<void>;
}

export async function startWorld(): Promise<World> {
  let now = Date.now();
  const clock: Clock = {
    now: () => now,
    sleep: (milliseconds) => {
      now += milliseconds;
      return Promise.resolve();
    },
    throwIfCancelled: () => {},
  };
  const aws = await startAws({ account: ACCOUNT, region, now: () => now });
  process.env['AWS_ENDPOINT_URL'] = aws.endpoint;
  aws.eks.addCluster({
    name: CLUSTER,
    endpoint: 'https://127.0.0.1:6443',
    caPem: 'PEM',
    publicKeys: [],
    issuer,
  });
  let jobs = 0;

  function jobWith(...methods: readonly Method[]): Job {
    const statements = methods.flatMap((method) => AWS_CALLS[method].map(statement));
    const policies = statements.length === 0 ? [] : [{ Version: '2012-10-17', Statement: statements }];
    jobs += 1;
    const keys = aws.iam.createUser({ userName: `job-${jobs}`, policies });
    const clients = createClients(connection(), () => Promise.resolve(keys));
    const log = fakeLog();
    return {
      clients,
      log,
      reader: createAwsReader(clients, log, clock),
      writer: createAwsWriter(clients, log, clock),
    };
  }

  return {
    aws,
    clock,
    jobWith,
    alone: async (method, run) => {
      const { reader, writer } = jobWith(method);
      const from = aws.calls.length;
      const answer = await run({ ...reader, ...writer });
      // Needs no permission.
      const declared = new Set(['sts:GetCallerIdentity', ...AWS_CALLS[method].map(({ action }) => action)]);
      const asked = aws.calls.slice(from).flatMap((call) => call.asked);
      return { answer, beyond: asked.filter((action) => !declared.has(action)) };
    },
    close: async () => {
      delete process.env['AWS_ENDPOINT_URL'];
      await aws.close();
    },
  };
}
