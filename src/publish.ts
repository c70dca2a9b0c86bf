/** Hands what a run came to know to GitHub: outputs, files, job summary, annotations. Reports never fail a job. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as core from '@actions/core';
import type { RunRecord } from './model/record.ts';
import { planDocument, verificationDocument, wholeDocument } from './report/documents.ts';
import { type Files, outputs } from './report/outputs.ts';
import { summary } from './report/summary.ts';

export async function publish(
  record: RunRecord,
  directory: string,
  warnings: readonly string[],
): Promise<void> {
  const files = await writeDocuments(record, directory);
  for (const [name, value] of Object.entries(outputs(record, files))) core.setOutput(name, value);
  await writeSummary(record);
  if (warnings.length > 0) core.warning(warnings.join('\n'), { title: title(record, 'warnings') });
}

/** One error annotation, whatever went wrong how often: its details are in the summary. */
export function annotateFailure(record: RunRecord): void {
  if (record.failure === undefined) return;
  core.setFailed(`${record.failure.reason}: ${record.failure.message}`);
}

function title(record: RunRecord, what: string): string {
  return `spaces-workload-identity ${record.config?.reporting.label ?? ''}: ${what}`;
}

async function writeDocuments(record: RunRecord, directory: string): Promise<Files> {
  const { config, place, plan, world, checks } = record;
  const write = async (name: string, text: string): Promise<string> => {
    const path = join(directory, name);
    await writeFile(path, text, { mode: 0o600 });
    return path;
  };
  return {
    ...(config !== undefined &&
      place !== undefined &&
      plan !== undefined &&
      world !== undefined && {
        plan: await write('plan.json', wholeDocument(planDocument(config, place, plan, world))),
      }),
    ...(checks !== undefined && {
      verification: await write('verification.json', wholeDocument(verificationDocument(checks))),
    }),
  };
}

async function writeSummary(record: RunRecord): Promise<void> {
  try {
    await core.summary.addRaw(summary(record)).write();
  } catch (error) {
    core.info(`the job summary could not be written: ${String(error)}`);
  }
}
