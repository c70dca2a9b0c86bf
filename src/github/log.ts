/** The job log: no logged text becomes a workflow command, and all warnings are kept for one annotation. */
import * as core from '@actions/core';
import type { Log } from '../model/ports.ts';

export interface JobLog extends Log {
  /** All warnings so far, each once. */
  readonly warnings: readonly string[];
}

/**
 * Logs through @actions/core. The same warning is logged only once. `redact` takes out of each line what the runner's own masks
 * may miss: they fit a value only as it was given.
 */
export function createLog(redact: (text: string) => string = (text) => text): JobLog {
  const warnings: string[] = [];
  return {
    warnings,
    info: (line) => core.info(withoutCommands(redact(line))),
    debug: (line) => core.debug(redact(line)),
    warning: (given) => {
      const line = redact(given);
      if (warnings.includes(line)) return;
      warnings.push(line);
      core.info(withoutCommands(`warning: ${line}`));
    },
    group: async (title, body) => await core.group(redact(title), body),
  };
}

/**
 * The runner executes a line that begins with `::`, and one that has `##[` anywhere (actions/runner, ActionCommand.cs): both
 * are broken up. It leaves out blanks before the former; U+0085 is one to .NET, and none to JavaScript.
 */
function withoutCommands(text: string): string {
  return text.replaceAll('##[', '##·[').replaceAll(/^(?=[\s\u0085]*::)/gm, '· ');
}
