/** One run of `fleet/action.yml`: reads the inputs, signs in, looks for the clusters, hands over what was found. */
import { inspect } from 'node:util';
import * as core from '@actions/core';
import { createClients, createConnection } from './aws/client/clients.ts';
import { createFleetReader } from './aws/read/fleet.ts';
import { signIn } from './aws/sign-in/sign-in.ts';
import { readFleetConfig } from './fleet/config.ts';
import { type FoundFleet, fleetOf } from './fleet/entries.ts';
import { findClusters } from './fleet/find.ts';
import { clustersDocument, type FleetOutputs, fleetOutputs, unreachableOutput } from './fleet/outputs.ts';
import { searchSummary } from './fleet/summary.ts';
import { fleetWarnings, nothingSeen } from './fleet/verdict.ts';
import {
  annotateWarnings,
  type HandOver,
  setOutputs,
  writeDocument,
  writeSummary,
} from './github/hand-over.ts';
import { forkOf, ownRepository, readEvent } from './github/event.ts';
import { createIdTokenRequest } from './github/id-token-request.ts';
import { inputText } from './github/inputs.ts';
import { makeJobDirectory } from './github/job-directory.ts';
import { createLog, type JobLog } from './github/log.ts';
import { createMask, maskProxies } from './github/mask.ts';
import { createIdTokenSource } from './github/oidc.ts';
import { createSecrets } from './github/redact.ts';
import { asFailure, type Failure, ofJob, withAddresses } from './model/failure.ts';
import type { AccountSignIn, FleetConfig } from './model/fleet.ts';
import { slowedCounter } from './model/record.ts';
import { slowedText } from './report/slowed.ts';
import { createClock } from './tools/clock.ts';
import { withinJob } from './tools/within-job.ts';
import { VERSION } from './version.ts';

type Env = Readonly<Record<string, string | undefined>>;

interface FleetJob {
  readonly env: Env;
  readonly signal: AbortSignal;
  readonly log: JobLog;
  readonly mask: (value: string) => void;
  /** How often each service has asked for fewer calls. */
  readonly slowed: Map<string, number>;
}

/** What a run has come to know, also one that failed. */
interface FleetRecord {
  fleet?: FoundFleet;
  outputs?: FleetOutputs;
  failure?: Failure;
}

/** Runs the action and tells the runner how it went. Throws nothing but what the runner itself breaks. */
export async function runFleet(env: Env, signal: AbortSignal): Promise<void> {
  const directory = await makeJobDirectory(env);
  const secrets = createSecrets();
  const log = createLog(secrets.redact);
  const job = { env, signal, log, mask: createMask(secrets), slowed: new Map<string, number>() };
  const record: FleetRecord = {};
  try {
    maskProxies(env, job.mask);
    const config = readFleetConfig(inputText, env['GITHUB_RUN_ID'] ?? 'local');
    await withinJob(signal, async () => await lookForFleet(config, job, record));
  } catch (error) {
    record.failure = withAddresses(ofJob(asFailure(error, 'find the clusters'), 'fleet'), ownRepository(env));
    log.debug(inspect(error, { depth: 0 }));
  }
  const slowed = slowedText(job);
  if (slowed !== undefined) log.warning(slowed);
  await tell(record, { directory, log, redact: secrets.redact });
}

async function lookForFleet(config: FleetConfig, job: FleetJob, record: FleetRecord): Promise<void> {
  const views = await findClusters(config, {
    signIn: await createAccountSignIn(config, job),
    log: job.log,
  });
  const fleet = fleetOf(config, views);
  record.fleet = fleet;
  const nothing = nothingSeen(views);
  if (nothing !== undefined) throw nothing;
  record.outputs = fleetOutputs(fleet);
}

/** One session an account, with readers of all its regions. */
async function createAccountSignIn(config: FleetConfig, job: FleetJob): Promise<AccountSignIn> {
  const { env, log, mask, signal, slowed } = job;
  const clock = createClock(signal);
  const idToken = createIdTokenSource({
    env,
    fork: forkOf(env, await readEvent(env)),
    getIdToken: createIdTokenRequest(env),
    mask,
    clock,
    log,
  });
  const onSlowed = slowedCounter(slowed);
  return async (role, stsRegion) => {
    const settings = { region: stsRegion, version: VERSION, nodeVersion: process.version, env };
    const connection = createConnection(settings, log);
    const request = { ...config.signIn, roleToAssume: role, allowedAccountIds: [] };
    const session = await signIn(request, { connection, onSlowed, idToken, mask, log, clock });
    const { caller, credentials } = session;
    log.info(`Signed in as ${caller.arn}`);
    const readerIn = (region: string) => {
      const clients = createClients({ ...connection, region }, credentials, onSlowed);
      return createFleetReader({ clients, log, clock, signal });
    };
    return { caller, readerIn };
  };
}

async function tell({ fleet, outputs, failure }: FleetRecord, context: HandOver & { readonly log: JobLog }) {
  const { log, redact } = context;
  const file = fleet && (await writeDocument('fleet.json', clustersDocument(fleet), context));
  const known = outputs ?? (fleet && unreachableOutput(fleet.unreachable)) ?? {};
  const reason = { 'failure-reason': failure?.reason ?? '' };
  setOutputs({ ...known, ...reason, ...(file !== undefined && { 'clusters-file': file }) }, redact);
  for (const warning of fleet === undefined ? [] : fleetWarnings(fleet)) log.warning(warning);
  await writeSummary(redact(searchSummary(fleet, log.warnings, failure)), log);
  if (failure !== undefined) core.setFailed(redact(`${failure.reason}: ${failure.message}`));
  annotateWarnings(context, 'fleet');
}
