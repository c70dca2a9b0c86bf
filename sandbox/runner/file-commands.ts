/** The files through which a step gives outputs, state, variables and its summary. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The files through which a step talks to the runner. */
export interface CommandFiles {
  /** The `GITHUB_*` variables that name them. */
  readonly variables: Readonly<Record<string, string>>;
  read(): Promise<StepFiles>;
}

/** What a step wrote into them. */
export interface StepFiles {
  readonly outputs: Record<string, string>;
  readonly state: Record<string, string>;
  readonly env: Record<string, string>;
  readonly path: string[];
  readonly summary: string;
}

const names = ['output', 'state', 'env', 'path', 'step_summary'] as const;

/** Makes fresh, empty files for one step. */
export async function createCommandFiles(dir: string): Promise<CommandFiles> {
  const file = (name: (typeof names)[number]): string => join(dir, name);
  for (const name of names) await writeFile(file(name), '');
  return {
    variables: Object.fromEntries(names.map((name) => [`GITHUB_${name.toUpperCase()}`, file(name)])),
    async read() {
      const [output = '', state = '', env = '', path = '', summary = ''] = await Promise.all(
        names.map((name) => readFile(file(name), 'utf8')),
      );
      return {
        outputs: parseKeyValues(output),
        state: parseKeyValues(state),
        env: parseKeyValues(env),
        path: path.split('\n').filter((line) => line !== ''),
        summary,
      };
    },
  };
}

/** Reads `NAME=VALUE` lines and `NAME<<DELIMITER` blocks. Fails as the runner does when a block has no end. */
export function parseKeyValues(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  const lines = text.split(/\r?\n/);
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (line === '') continue;
    const equals = line.indexOf('=');
    const heredoc = line.indexOf('<<');
    if (heredoc > 0 && (equals < 0 || heredoc < equals)) {
      const delimiter = line.slice(heredoc + 2);
      const end = lines.indexOf(delimiter, index + 1);
      if (end < 0) throw new Error(`Invalid value. Matching delimiter not found '${delimiter}'`);
      values[line.slice(0, heredoc)] = lines.slice(index + 1, end).join('\n');
      index = end;
    } else if (equals > 0) {
      values[line.slice(0, equals)] = line.slice(equals + 1);
    } else {
      throw new Error(`Invalid format '${line}'`);
    }
  }
  return values;
}
