/** The runner around one test: its files, its environment, and the log. */
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, jest } from '@jest/globals';
import { startAws } from '../sandbox/aws/index.ts';
import { type CommandFiles, createCommandFiles, type StepFiles } from '../sandbox/runner/file-commands.ts';

export interface JobAround {
  /** RUNNER_TEMP. */
  readonly directory: string;
  /** What went to the log, whole lines. */
  readonly lines: () => readonly string[];
  readonly files: () => Promise<StepFiles>;
  /** Sets variables of the process until the end of the test. */
  readonly set: (variables: Readonly<Record<string, string>>) => void;
}

const set: JobAround['set'] = (variables) => {
  Object.assign(process.env, variables);
};

/** `@actions/core` keeps the path of the summary, so all tests of a file share the files; each begins with empty ones. */
export function useJob(): JobAround {
  let directory = '';
  let commands: CommandFiles | undefined;
  let written: string[] = [];
  const before = { ...process.env };
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'job-'));
  });
  beforeEach(async () => {
    commands = await createCommandFiles(directory);
    set(commands.variables);
    written = [];
    jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
      written.push(String(text));
      return true;
    });
  });
  afterEach(() => {
    jest.restoreAllMocks();
    for (const name of Object.keys(process.env)) if (before[name] === undefined) delete process.env[name];
    Object.assign(process.env, before);
    process.exitCode = 0;
  });
  afterAll(async () => {
    await rm(directory, { recursive: true });
  });
  return {
    get directory() {
      return directory;
    },
    lines: () => written.join('').split('\n'),
    files: async () => (await commands?.read()) ?? { outputs: {}, state: {}, env: {}, path: [], summary: '' },
    set,
  };
}

/** Puts the text of an event where the runner would. */
export async function eventAt(directory: string, event: object): Promise<string> {
  const path = join(directory, 'event.json');
  await writeFile(path, JSON.stringify(event));
  return path;
}

const PROXY = join(import.meta.dirname, 'cluster', 'api', 'fake-proxy.ts');

/** A helm that finds no release, and a kubectl that finds nothing; both tell their versions. */
export async function fakeTools(directory: string): Promise<string> {
  const bin = join(directory, 'bin');
  await mkdir(bin, { recursive: true });
  const kubectl = JSON.stringify({ clientVersion: { gitVersion: 'v1.35.4' } });
  const scripts = {
    helm: `case "$1" in version) echo v4.1.4;; *) echo 'Error: release: not found' >&2; exit 1;; esac`,
    kubectl: `case "$1" in version) echo '${kubectl}';; proxy) FAKE_PROXY=empty exec '${process.execPath}' '${PROXY}' "$@";; esac`,
  };
  for (const [name, script] of Object.entries(scripts))
    await writeFile(join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  return bin;
}

/** An AWS account with one cluster, and the variables of a job that may do everything in it. */
export async function useAccount(log: (line: string) => void = () => {}) {
  const aws = await startAws({ account: '111122223333', region: 'eu-central-1', log });
  aws.eks.addCluster({
    name: 'space-prod',
    endpoint: 'https://cluster.example.com',
    caPem: '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n',
    issuer: 'https://oidc.eks.eu-central-1.amazonaws.com/id/0123456789ABCDEF0123456789ABCDEF',
    publicKeys: [],
    version: '1.35',
  });
  const everything = { Version: '2012-10-17', Statement: [{ Effect: 'Allow', Action: '*', Resource: '*' }] };
  const { accessKeyId, secretAccessKey, arn } = aws.iam.createUser({
    userName: 'job',
    policies: [everything],
  });
  const variables = {
    AWS_ENDPOINT_URL: aws.endpoint,
    AWS_REGION: aws.region,
    AWS_ACCESS_KEY_ID: accessKeyId,
    AWS_SECRET_ACCESS_KEY: secretAccessKey,
  };
  return { aws, arn, variables };
}
