/** Hands what a run came to know to GitHub: comment, issue, outputs, files, summary, annotations. Reports fail no job. */
import * as core from '@actions/core';
import { originOf, readEvent, workflowFile } from './github/event.ts';
import {
  annotateWarnings,
  type HandOver,
  setOutputs,
  writeDocument,
  writeSummary,
} from './github/hand-over.ts';
import type { JobLog } from './github/log.ts';
import { post, type Posted } from './github/post.ts';
import type { RunRecord } from './model/record.ts';
import { planDocument, verificationDocument, wholeDocument } from './report/documents.ts';
import { type Files, outputs } from './report/outputs.ts';
import { resultDocument, withResult } from './report/result.ts';
import { sarif } from './report/sarif.ts';
import { summary } from './report/summary.ts';
import { VERSION } from './version.ts';

export interface PublishContext extends HandOver {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: JobLog;
}

/**
 * What needs nobody else comes first: a cancelled job has few seconds. Of those none are spent on GitHub's API: a comment or an
 * issue about half a run would say nothing that the summary does not.
 */
export async function publish(record: RunRecord, context: PublishContext): Promise<void> {
  const { redact, log } = context;
  const files = await writeDocuments(record, context);
  setOutputs(outputs(record, files), redact);
  await writeSummary(redact(summary(record)), log);
  if (record.failure !== undefined)
    core.setFailed(redact(`${record.failure.reason}: ${record.failure.message}`));
  const { commentUrl = '', issueUrl = '' } = await tellGitHub(record, context);
  setOutputs({ 'comment-url': commentUrl, 'issue-url': issueUrl }, redact);
  annotateWarnings(context, record.config?.reporting.label ?? 'not started');
}

async function tellGitHub(record: RunRecord, { env, log, redact }: PublishContext): Promise<Posted> {
  if (record.failure?.reason === 'cancelled') {
    log.info('The job was cancelled: comment and issue are left as they are.');
    return {};
  }
  return await post(record, originOf(env, await readEvent(env)), log, redact, env);
}

/** How the run ended is always written; plan and verification where there are any. One after the other: each may have megabytes. */
async function writeDocuments(record: RunRecord, context: PublishContext): Promise<Files> {
  const files: { -readonly [Name in keyof Files]: Files[Name] } = {};
  for (const [name, file, textOf] of DOCUMENTS) {
    const text = textOf(record, context);
    const path = text === undefined ? undefined : await writeDocument(file, text, context);
    if (path !== undefined) files[name] = path;
  }
  return files;
}

const DOCUMENTS: readonly (readonly [
  name: keyof Files,
  file: string,
  text: (record: RunRecord, context: PublishContext) => string | undefined,
])[] = [
  ['plan', 'plan.json', planText],
  ['verification', 'verification.json', verificationText],
  ['result', 'result.json', resultDocument],
  [
    'sarif',
    'findings.sarif',
    (record, { env }) => sarif(record, { version: VERSION, workflowFile: workflowFile(env) }),
  ],
];

function planText(record: RunRecord): string | undefined {
  const { config, place, plan, world } = record;
  if (config === undefined || place === undefined || plan === undefined || world === undefined)
    return undefined;
  return wholeDocument(withResult(planDocument(config, place, plan, world), record));
}

function verificationText(record: RunRecord): string | undefined {
  const { checks } = record;
  return checks && wholeDocument(withResult(verificationDocument(checks), record));
}
