/** Hands what a run came to know to GitHub: comment, issue, outputs, files, summary, annotations. Reports fail no job. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as core from '@actions/core';
import { originOf, readEvent } from './github/event.ts';
import type { JobLog } from './github/log.ts';
import { post } from './github/post.ts';
import type { RunRecord } from './model/record.ts';
import { planDocument, verificationDocument, wholeDocument } from './report/documents.ts';
import { type Files, outputs } from './report/outputs.ts';
import { summary } from './report/summary.ts';

export interface PublishContext {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** This run's own directory, where the documents stay for later steps of the job. */
  readonly directory: string;
  readonly log: JobLog;
  readonly redact: (text: string) => string;
}

export async function publish(record: RunRecord, context: PublishContext): Promise<void> {
  const { redact, log } = context;
  const files = await writeDocuments(record, context);
  const origin = originOf(context.env, await readEvent(context.env));
  const { commentUrl = '', issueUrl = '' } = await post(record, origin, log, redact);
  const all = { ...outputs(record, files), 'comment-url': commentUrl, 'issue-url': issueUrl };
  for (const [name, value] of Object.entries(all)) core.setOutput(name, redact(value));
  await writeSummary(redact(summary(record)), log);
  annotate(record, context);
}

/** One annotation a kind, however much there is to say: the details are in the summary. */
function annotate(record: RunRecord, { log, redact }: PublishContext): void {
  const title = `spaces-workload-identity: ${record.config?.reporting.label ?? 'not started'}`;
  if (log.warnings.length > 0) core.warning(redact(log.warnings.join('\n')), { title });
  if (record.failure !== undefined)
    core.setFailed(redact(`${record.failure.reason}: ${record.failure.message}`));
}

async function writeDocuments(record: RunRecord, context: PublishContext): Promise<Files> {
  const { config, place, plan, world, checks } = record;
  const planned = config !== undefined && place !== undefined && plan !== undefined && world !== undefined;
  const planFile = planned
    ? await write('plan.json', wholeDocument(planDocument(config, place, plan, world)), context)
    : undefined;
  const verificationFile =
    checks === undefined
      ? undefined
      : await write('verification.json', wholeDocument(verificationDocument(checks)), context);
  return {
    ...(planFile !== undefined && { plan: planFile }),
    ...(verificationFile !== undefined && { verification: verificationFile }),
  };
}

/** The path of the file, once it is written. */
async function write(
  name: string,
  text: string,
  { directory, redact, log }: PublishContext,
): Promise<string | undefined> {
  const path = join(directory, name);
  try {
    await writeFile(path, redact(text), { mode: 0o600 });
    return path;
  } catch (error) {
    log.info(`${name} could not be written: ${String(error)}`);
    return undefined;
  }
}

async function writeSummary(text: string, log: JobLog): Promise<void> {
  try {
    await core.summary.addRaw(text).write();
  } catch (error) {
    log.info(`The job summary could not be written: ${String(error)}`);
  }
}
