/** helm with scripted answers: a release in a cluster and a chart in a registry. */
import { expect } from '@jest/globals';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createHelm } from '../../../src/cluster/helm/helm.ts';
import { createHelmReader } from '../../../src/cluster/helm/reader.ts';
import { createHelmWriter } from '../../../src/cluster/helm/writer.ts';
import type { ReleaseIntent } from '../../../src/model/config.ts';
import type { Json } from '../../../src/model/json.ts';
import type { UpgradeRequest } from '../../../src/model/ports.ts';
import type { SetValue } from '../../../src/model/write.ts';
import type { ExecRequest, ExecResult } from '../../../src/tools/exec.ts';
import { access, clusterCaller } from '../kubectl/setup.ts';
import { recordIn, recordSecret } from './records.ts';
import { releaseIntent } from '../../support/factories.ts';
import { fakeExec, fakeLog } from '../../tools/fakes.ts';
import { fakeClock } from '../../support/fake-clock.ts';

export const PASSWORD = 'p4ss-w0rd';
export const ARN = 'arn:aws:iam::111122223333:role/space-prod-shared-secrets';
export const ANNOTATION = [
  'controlPlanes',
  'sharedSecrets',
  'serviceAccount',
  'customAnnotations',
  'eks.amazonaws.com/role-arn',
];

type Answer = string | Partial<ExecResult>;
/** Answers by what the command line begins with; the longest match counts. A list is gone through call by call. */
export type Script = Record<
  string,
  Answer | readonly Answer[] | ((call: ExecRequest) => Answer | Promise<Answer>)
>;

export function metadata(overrides: object = {}): string {
  return JSON.stringify({
    name: 'spaces',
    chart: 'spaces',
    version: '1.17.1',
    appVersion: '1.17.1',
    namespace: 'upbound-system',
    revision: 4,
    status: 'deployed',
    applyMethod: 'client-side apply',
    ...overrides,
  });
}

function isList(value: Script[string] | undefined): value is readonly Answer[] {
  return Array.isArray(value);
}

function flag(call: ExecRequest, name: string): string | undefined {
  return call.args.find((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
}

async function pull(call: ExecRequest): Promise<string> {
  await writeFile(join(flag(call, 'destination') ?? '', 'spaces-1.17.1.tgz'), 'chart');
  return 'Pulled: x\nDigest: sha256:1\n';
}

export async function setup(
  script: Script = {},
  options: {
    readonly version?: string;
    readonly env?: Record<string, string>;
    /** What comes of it when a record is marked as failed. */
    readonly onMark?: () => Promise<void>;
    readonly record?: string;
    readonly mayReplace?: boolean;
  } = {},
) {
  const directory = await mkdtemp(join(tmpdir(), 'helm-'));
  const calls = new Map<string, number>();
  /** What lay in the values file when helm ran. */
  const seen: string[] = [];
  const full: Script = {
    'get metadata': [metadata(), metadata({ revision: 5 })],
    'get values': JSON.stringify({ a: 1 }),
    'show chart': 'name: spaces\nversion: 1.17.1\n',
    pull,
    ...script,
  };
  const run = fakeExec(async (line, call) => {
    const key = Object.keys(full)
      .filter((start) => line.startsWith(start))
      .toSorted((a, b) => b.length - a.length)[0];
    const answer = key === undefined ? '' : full[key];
    const file = flag(call, 'values');
    if (file !== undefined) seen.push(await readFile(file, 'utf8'));
    if (typeof answer === 'function') return answer(call);
    if (!isList(answer)) return answer ?? '';
    const count = calls.get(key ?? '') ?? 0;
    calls.set(key ?? '', count + 1);
    return answer[Math.min(count, answer.length - 1)] ?? '';
  });
  /** Records marked as failed. */
  const marked: string[] = [];
  const clock = fakeClock();
  const log = fakeLog();
  const helm = createHelm({
    program: Promise.resolve({ path: '/tools/helm', version: options.version ?? 'v4.3.1' }),
    exec: run.exec,
    env: { PATH: '/bin', HELM_NAMESPACE: 'elsewhere', AWS_SECRET_ACCESS_KEY: 'secret', ...options.env },
    access: access(),
    directory,
    caller: clusterCaller(),
    clock,
    log,
  });
  return {
    ...run,
    clock,
    log,
    directory,
    seen,
    reader: createHelmReader(helm),
    marked,
    writer: createHelmWriter(helm, {
      read: async () => await Promise.resolve(options.record ?? recordSecret('pending-upgrade')),
      mayReplace: async () => await Promise.resolve(options.mayReplace ?? true),
      replace: async (namespace, name, secret) => {
        expect(recordIn(secret).info.status).toBe('failed');
        marked.push(`${namespace}/${name}`);
        await options.onMark?.();
      },
    }),
  };
}

/** A value of a plan that was made for this version. */
export function setValue(path: readonly string[], value: Json, deployedVersion = '1.17.1'): SetValue {
  return { op: 'set-value', path, value, deployedVersion };
}

export function request(
  intent: Partial<ReleaseIntent> = {},
  overrides: Partial<UpgradeRequest> = {},
): UpgradeRequest {
  return {
    intent: releaseIntent(intent),
    values: [setValue(ANNOTATION, ARN)],
    timeoutSeconds: 600,
    ...overrides,
  };
}

export const CREDENTIALS = { registryUsername: 'robot', registryPassword: PASSWORD };
