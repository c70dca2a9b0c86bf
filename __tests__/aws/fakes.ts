/** What the tests of the AWS adapter share: names, log, mocks of the SDK, errors. */
import { EKSClient } from '@aws-sdk/client-eks';
import { IAMClient } from '@aws-sdk/client-iam';
import { STSClient } from '@aws-sdk/client-sts';
import { mockClient } from 'aws-sdk-client-mock';
import { type Connection, createClients, createConnection } from '../../src/aws/client/clients.ts';
import { Failure } from '../../src/model/failure.ts';
import type { Log } from '../../src/model/ports.ts';
import { fakeClock } from '../support/fake-clock.ts';

export const ACCOUNT = '111122223333';
export const CLUSTER = 'space-prod';
export const CLUSTER_ARN = `arn:aws:eks:eu-central-1:${ACCOUNT}:cluster/${CLUSTER}`;
export const ROLE = 'space-prod-shared-secrets';
export const ROLE_ARN = `arn:aws:iam::${ACCOUNT}:role/${ROLE}`;

export interface FakeLog extends Log {
  readonly lines: string[];
}

export function fakeLog(): FakeLog {
  const lines: string[] = [];
  const add = (line: string): void => {
    lines.push(line);
  };
  return { lines, info: add, warning: add, debug: add, group: (_title, body) => body() };
}

export function connection(region = 'eu-central-1'): Connection {
  return createConnection({ region, version: '0.0.0', nodeVersion: '24.21.0', env: {} }, fakeLog());
}

/** Real clients whose calls are answered by mocks; what no mock answers gives undefined and fails the caller. */
export function mockedAws() {
  const iam = mockClient(IAMClient);
  const eks = mockClient(EKSClient);
  const sts = mockClient(STSClient);
  const clients = createClients(connection(), () =>
    Promise.resolve({ accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' }),
  );
  const clock = fakeClock();
  const log = fakeLog();
  /** Names of the operations asked for, in order (no method under test mixes services). */
  const sent = (): string[] =>
    [...iam.calls(), ...eks.calls(), ...sts.calls()].map(({ args: [command] }) =>
      command.constructor.name.replace(/Command$/, ''),
    );
  return { iam, eks, sts, clients, clock, log, sent };
}

/** An error as the SDK throws it. */
export function awsError(name: string, message = '', more: Record<string, unknown> = {}): Error {
  const metadata = { requestId: 'req-1', httpStatusCode: 400, attempts: 1 };
  return Object.assign(new Error(message), { name, $metadata: metadata, ...more });
}

/** The Failure that a promise ends in; the test fails when it ends otherwise. */
export async function failureOf(promise: Promise<unknown>): Promise<Failure> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Failure) return error;
    throw error;
  }
  throw new Error('expected a Failure, got an answer');
}
