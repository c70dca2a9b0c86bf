/** One run of `fleet/report/action.yml`: reads the inputs and the files of jobs, gathers, hands the report to GitHub: files, outputs, summary, issue. */
import { join } from 'node:path';
import { inspect } from 'node:util';
import * as core from '@actions/core';
import { attentionFailure } from './fleet/report/attention.ts';
import { badgeDocument, countsText, fleetDocument } from './fleet/report/documents.ts';
import { type JobFile, readJobFile } from './fleet/report/files.ts';
import { gather } from './fleet/report/gather.ts';
import { type ReportInputs, readReportInputs } from './fleet/report/inputs.ts';
import { metricsDocument } from './fleet/report/metrics.ts';
import { type Fleet, type FleetProblem, needsAttention } from './fleet/report/model.ts';
import { fleetIssue, fleetSummary } from './fleet/report/texts.ts';
import { originOf, readEvent } from './github/event.ts';
import { postFleetIssue } from './github/fleet-issue.ts';
import { annotateWarnings, writeSummary } from './github/hand-over.ts';
import { inputText } from './github/inputs.ts';
import { makeJobDirectory } from './github/job-directory.ts';
import { createLog, type JobLog } from './github/log.ts';
import { createMask } from './github/mask.ts';
import { createSecrets } from './github/redact.ts';
import { asFailure } from './model/failure.ts';
import { jsonFilesIn } from './tools/json-files.ts';
import { writePrivate } from './tools/private-files.ts';

interface ReportContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: JobLog;
  readonly redact: (text: string) => string;
}

/** Runs the step and tells the runner how it went. Throws nothing but what the runner itself breaks. */
export async function reportFleet(env: ReportContext['env']): Promise<void> {
  const secrets = createSecrets();
  const log = createLog(secrets.redact);
  const context = { env, log, redact: secrets.redact };
  try {
    createMask(secrets)(inputText('github-token').trim());
    const inputs = readReportInputs(inputText);
    const fleet = await gatherFrom(inputs);
    await tell(fleet, inputs, context);
  } catch (error) {
    const failure = asFailure(error, 'report on the fleet');
    log.debug(inspect(error, { depth: 0 }));
    core.setOutput('verdict', 'error');
    core.setFailed(secrets.redact(`${failure.reason}: ${failure.message}`));
  }
  annotateWarnings(context, 'fleet report');
}

async function gatherFrom(inputs: ReportInputs): Promise<Fleet> {
  const { path, label, expected, unreachable, 'search-failure': searchFailure } = inputs;
  const files: JobFile[] = [];
  const problems: FleetProblem[] = [];
  for await (const found of jsonFilesIn(path)) {
    const read = 'text' in found ? readJobFile(found.path, found.text) : found;
    if ('message' in read) problems.push(read);
    else files.push(read);
  }
  return gather({ label, expected, unreachable, searchFailure, files, problems });
}

/** What needs nobody else comes first: GitHub's API may be slow, or refuse. */
async function tell(fleet: Fleet, inputs: ReportInputs, context: ReportContext): Promise<void> {
  const { log, redact } = context;
  log.info(`${fleet.label}: ${countsText(fleet)}`);
  for (const { path, message } of fleet.problems) log.warning(`${path} ${message}`);
  core.setOutput('verdict', fleet.verdict);
  await writeFiles(fleet, context);
  await writeSummary(redact(fleetSummary(fleet)), log);
  const failure = attentionFailure(fleet);
  if (failure !== undefined && inputs['fail-on-drift'])
    core.setFailed(redact(`${failure.reason}: ${failure.message}`));
  core.setOutput('issue-url', (await putFleetIssue(fleet, inputs, context)) ?? '');
}

async function writeFiles(fleet: Fleet, { env, redact }: ReportContext): Promise<void> {
  const directory = await makeJobDirectory(env);
  const documents = {
    'fleet-file': ['fleet.json', fleetDocument(fleet, Date.now())],
    'badge-file': ['badge.json', badgeDocument(fleet)],
    'metrics-file': ['metrics.txt', metricsDocument(fleet)],
  } as const;
  for (const [output, [name, text]] of Object.entries(documents)) {
    await writePrivate(join(directory, name), redact(text));
    core.setOutput(output, join(directory, name));
  }
}

/** With changes that only wait to be applied nothing is wrong, and not all is well: the issue is left as it is. */
async function putFleetIssue(
  fleet: Fleet,
  inputs: ReportInputs,
  { env, log, redact }: ReportContext,
): Promise<string | undefined> {
  const token = inputs['github-token'];
  if (!inputs['fleet-issue'] || token === undefined) return undefined;
  if (fleet.verdict === 'changes') {
    log.info(
      'The fleet issue is left as it is: there are changes to apply, and nobody has looked for drift.',
    );
    return undefined;
  }
  const origin = originOf(env, await readEvent(env));
  const { title, body } = fleetIssue(fleet, origin.runUrl);
  const text = { title, body: redact(body) };
  return await postFleetIssue(fleet.label, text, needsAttention(fleet.verdict), { token, origin, log, env });
}
