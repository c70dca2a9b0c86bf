/** What a run hands to the runner: outputs, documents, the summary. A report that can't be written fails no job. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as core from '@actions/core';
import type { Log } from '../model/ports.ts';
import type { JobLog } from './log.ts';

export interface HandOver {
  /** This run's own directory, where the documents stay for later steps of the job. */
  readonly directory: string;
  readonly log: Log;
  readonly redact: (text: string) => string;
}

/** Sets outputs of the step. */
export function setOutputs(values: Readonly<Record<string, string>>, redact: (text: string) => string): void {
  for (const [name, value] of Object.entries(values)) core.setOutput(name, redact(value));
}

/** The path of the file, once it is written; undefined when it could not be. */
export async function writeDocument(
  name: string,
  text: string,
  { directory, redact, log }: HandOver,
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

/** The job summary; one that can't be written is told in the log. */
export async function writeSummary(text: string, log: Log): Promise<void> {
  try {
    await core.summary.addRaw(text).write();
  } catch (error) {
    log.info(`The job summary could not be written: ${String(error)}`);
  }
}

/** One annotation, however many warnings there are: the details are in the summary. `about` ends its title. */
export function annotateWarnings(
  { log, redact }: { readonly log: JobLog; readonly redact: HandOver['redact'] },
  about: string,
): void {
  const title = `spaces-workload-identity: ${about}`;
  if (log.warnings.length > 0) core.warning(redact(log.warnings.join('\n')), { title });
}
