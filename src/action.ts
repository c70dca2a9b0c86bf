/** One run of the action: read the inputs, connect, run, publish. Its parts are handed to it by main.ts. */
import { inspect } from 'node:util';
import { connect } from './connect.ts';
import { examineKubeconfig } from './cluster/access/given-kubeconfig.ts';
import { readConfig } from './config/index.ts';
import { INPUT_NAMES, SECRET_INPUTS } from './config/inputs/index.ts';
import { ownRepository, readEvent } from './github/event.ts';
import { createIdTokenRequest } from './github/id-token-request.ts';
import { inputText } from './github/inputs.ts';
import { emptyJobDirectory, makeJobDirectory } from './github/job-directory.ts';
import { createLog } from './github/log.ts';
import { createMask, maskProxies } from './github/mask.ts';
import { createSecrets } from './github/redact.ts';
import type { Config } from './model/config.ts';
import { asFailure, type Failure, ofJob, withAddresses } from './model/failure.ts';
import { newRecord, type RunRecord } from './model/record.ts';
import { firstFailure } from './plan/failures.ts';
import { publish } from './publish.ts';
import { reconcile } from './reconcile.ts';
import { slowedText } from './report/slowed.ts';
import { createClock } from './tools/clock.ts';
import { withinJob } from './tools/within-job.ts';
import { VERSION } from './version.ts';

type Env = Readonly<Record<string, string | undefined>>;

/** Runs the action and tells the runner how it went. Throws nothing but what the runner itself breaks. */
export async function main(env: Env, signal: AbortSignal): Promise<void> {
  const directory = await makeJobDirectory(env);
  const secrets = createSecrets();
  const mask = createMask(secrets);
  const log = createLog(secrets.redact);
  const record = newRecord();
  const closing: (() => Promise<void>)[] = [];
  try {
    const config = await configOf(env, mask);
    record.config = config;
    const job = {
      env,
      directory,
      clock: createClock(signal),
      log,
      signal,
      mask,
      atEnd: (close: () => Promise<void>) => void closing.push(close),
      getIdToken: createIdTokenRequest(env),
      nodeVersion: process.version,
      platform: process.platform,
      architecture: process.arch,
      version: VERSION,
    };
    await withinJob(signal, async () => await reconcile(await connect(config, job, record), record));
  } catch (error) {
    const failure = ending(asFailure(error, 'run the action'), record);
    const named = ofJob(failure, record.config && jobOf(record.config));
    record.failure = withAddresses(named, ownRepository(env));
    log.debug(inspect(error, { depth: 0 }));
  }
  await Promise.allSettled(closing.map((close) => close()));
  // Of a cancelled run, helm may still be writing down how far it came.
  if (record.failure?.reason !== 'cancelled') await emptyJobDirectory(directory);
  const slowed = slowedText(record);
  if (slowed !== undefined) log.warning(slowed);
  await publish(record, { env, directory, log, redact: secrets.redact });
}

/** After a cancel, the failure that the interrupted change has recorded, if there is one: it says what was going on. */
function ending(failure: Failure, record: RunRecord): Failure {
  const first = failure.reason === 'cancelled' ? firstFailure(record) : undefined;
  return first?.reason === 'cancelled' ? first : failure;
}

/** The name that the files of permissions/ have for the job. */
function jobOf({ mode, intent }: Config): string {
  return `${mode}-${intent.identity}`;
}

/** A workflow that has no value for a variable sets it to nothing: that must not hide the other one. */
function regionOf(env: Env): string {
  const regions = [env['AWS_REGION'], env['AWS_DEFAULT_REGION']].map((region) => region?.trim() ?? '');
  return regions.find((region) => region !== '') ?? '';
}

/** Secrets are masked before the first line is logged. */
async function configOf(env: Env, mask: (value: string) => void): Promise<Config> {
  const kubeconfig = await examineKubeconfig(inputText('kubeconfig'), inputText('kube-context').trim());
  for (const secret of kubeconfig.secrets) mask(secret);
  for (const name of SECRET_INPUTS) if (name !== 'kubeconfig') mask(inputText(name));
  maskProxies(env, mask);
  return readConfig({
    texts: Object.fromEntries(INPUT_NAMES.map((name) => [name, inputText(name)])),
    region: regionOf(env),
    runId: env['GITHUB_RUN_ID'] ?? 'local',
    trigger: {
      event: env['GITHUB_EVENT_NAME'] ?? '',
      payload: await readEvent(env),
      ref: env['GITHUB_REF'] ?? '',
    },
    kubeconfigProblem: kubeconfig.problem,
  });
}
