/** The job log: text of others can't become a workflow command, and warnings end in one annotation. */
import * as core from '@actions/core';
import type { Log } from '../model/ports.ts';

export interface JobLog extends Log {
  /** All warnings so far, each once, for the roll-up at the end. */
  readonly warnings: readonly string[];
}

export function createLog(): JobLog {
  const warnings: string[] = [];
  return {
    warnings,
    info: (line) => core.info(harmless(line)),
    debug: (line) => core.debug(line),
    warning: (line) => {
      if (warnings.includes(line)) return;
      warnings.push(line);
      core.info(harmless(`warning: ${line}`));
    },
    group: async (title, body) => await core.group(title, body),
  };
}

/**
 * The runner takes a line that begins with `::`, and one that holds `##[` anywhere, for an order (actions/runner,
 * ActionCommand.cs): both are broken up.
 */
function harmless(text: string): string {
  return text.replaceAll('##[', '##·[').replaceAll(/^(?=\s*::)/gm, '· ');
}
