/** Looks at a given kubeconfig before anything is logged or called: what in it is to be masked, and whether it can be used. */
import { readFile } from 'node:fs/promises';
import { Failure } from '../../model/failure.ts';
import { errorCode } from '../../tools/error-message.ts';
import { chooseContext } from './kubeconfig.ts';
import { kubeconfigSecrets } from './kubeconfig-secrets.ts';
import { kubeconfigSource } from './kubeconfig-source.ts';

export interface ExaminedKubeconfig {
  /** What must not be seen; to be masked before the first line is logged. */
  readonly secrets: readonly string[];
  /** Why it can't be used, without its text, nor a path that leads nowhere. */
  readonly problem?: string;
}

const FORMS =
  'allowed: the path of a file that an earlier step wrote, or the text of a kubeconfig as YAML, JSON or base64 of these';
/** A longer one than any name of a directory that a log needs: it may be a token. */
const LONG = 16;

/** Never throws, and reads no more than the file that is named. Of an empty text, nothing. */
export async function examineKubeconfig(given: string, context: string): Promise<ExaminedKubeconfig> {
  if (given.trim() === '') return { secrets: [] };
  const source = kubeconfigSource(given);
  switch (source.kind) {
    case 'neither':
      return { secrets: kubeconfigSecrets(given), problem: notUnderstood('it is none of these') };
    case 'text':
      return examineText(source.text, context, encoded(given));
    case 'path': {
      const file = await readKubeconfig(source.path);
      if (typeof file === 'string') return examineText(file, context, []);
      const long = given.trim().length >= LONG ? [given.trim(), ...kubeconfigSecrets(given)] : [];
      return { secrets: long, problem: notUnderstood(`as a path it can't be read (${file.code})`) };
    }
  }
}

/** The file's text, or the code of the error, whose message would quote the path. */
export async function readKubeconfig(path: string): Promise<string | { readonly code: string }> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    return { code: errorCode(error) };
  }
}

function notUnderstood(why: string): string {
  return `its value (not shown) is not understood, ${why}; ${FORMS}.`;
}

/** The input's own lines, where no line of an ordinary text looks like them: base64, and JSON on one line. */
function encoded(given: string): readonly string[] {
  const lines = given.split(/[\r\n]+/).map((line) => line.trim());
  const [first = '', ...more] = lines.filter((line) => line !== '');
  return more.length === 0 || /^[\w+/-]{16,}$/.test(first) ? [first, ...more] : [];
}

function examineText(text: string, context: string, secrets: readonly string[]): ExaminedKubeconfig {
  const all = [...secrets, ...kubeconfigSecrets(text)];
  try {
    chooseContext(text, context === '' ? undefined : context);
    return { secrets: all };
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return { secrets: all, problem: `its value (not shown) can't be used: ${error.details.said}.` };
  }
}
