/** One run of the action: read the inputs, connect, run, publish. Its parts are handed to it by main.ts. */
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import * as core from '@actions/core';
import { connect } from './connect.ts';
import { DEFAULTS } from './config/defaults.ts';
import { readConfig } from './config/index.ts';
import { INPUT_NAMES, SECRET_INPUTS } from './config/schema.ts';
import { createLog } from './github/log.ts';
import type { Config } from './model/config.ts';
import { asFailure } from './model/failure.ts';
import { newRecord } from './model/record.ts';
import { annotateFailure, publish } from './publish.ts';
import { run } from './run.ts';
import { createClock } from './tools/clock.ts';
import { VERSION } from './version.ts';

/** The state by which the post step finds what it has to remove. */
export const DIRECTORY_STATE = 'directory';

type Env = Readonly<Record<string, string | undefined>>;

/** Runs the action and tells the runner how it went. Throws nothing but what the runner itself breaks. */
export async function main(env: Env, signal: AbortSignal): Promise<void> {
  const directory = await mkdtemp(join(env['RUNNER_TEMP'] ?? '/tmp', 'spaces-workload-identity-'));
  core.saveState(DIRECTORY_STATE, directory);
  const log = createLog();
  const record = newRecord();
  try {
    const config = configOf(env);
    record.config = config;
    const job = {
      env,
      directory,
      clock: createClock(signal),
      log,
      signal,
      mask: (value: string) => core.setSecret(value),
      getIdToken: async (audience: string) => await core.getIDToken(audience),
      nodeVersion: process.version,
      platform: process.platform,
      architecture: process.arch,
      version: VERSION,
    };
    await run(await connect(config, job, record), record);
  } catch (error) {
    record.failure = asFailure(error, 'run the action');
    if (error instanceof Error) log.debug(error.stack ?? '');
  }
  await publish(record, directory, log.warnings);
  annotateFailure(record);
}

/** Secrets are masked before the first line is logged. */
function configOf(env: Env): Config {
  const inputs = Object.fromEntries(
    INPUT_NAMES.map((name) => [name, core.getInput(name, { trimWhitespace: false })]),
  );
  for (const name of SECRET_INPUTS) if (inputs[name]) core.setSecret(inputs[name]);
  return readConfig({
    inputs,
    defaults: DEFAULTS,
    region: env['AWS_REGION'] ?? env['AWS_DEFAULT_REGION'] ?? '',
    runId: env['GITHUB_RUN_ID'] ?? 'local',
    event: env['GITHUB_EVENT_NAME'] ?? '',
  });
}
