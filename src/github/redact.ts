/** Removes every value that was masked in the log from reports too. */
import { code, plain } from '../report/escape.ts';

/** Shorter values would also match parts of ordinary words. */
const MIN_LENGTH = 6;
/** In text of several lines, such as a kubeconfig, a word of this length may be a token or a key. */
const LONG_WORD = 20;

export interface Secrets {
  readonly add: (value: string) => void;
  readonly redact: (text: string) => string;
}

/** An empty set of secrets. */
export function createSecrets(): Secrets {
  const spellings = new Set<string>();
  return {
    add: (value) => {
      for (const secret of [value.trim(), ...longWords(value)])
        if (secret.length >= MIN_LENGTH) for (const spelling of spellingsOf(secret)) spellings.add(spelling);
    },
    // The longest first: one value may contain another.
    redact: (text) =>
      [...spellings]
        .toSorted((a, b) => b.length - a.length)
        .reduce((rest, spelling) => rest.replaceAll(spelling, '***'), text),
  };
}

/** URLs and ARNs are no secrets, and messages need them. */
function longWords(value: string): readonly string[] {
  if (!value.trim().includes('\n')) return [];
  return value.split(/[\s"']+/).filter((word) => word.length >= LONG_WORD && !/^(?:https?:|arn:)/.test(word));
}

/** As it is, in JSON, in a URL, and as the reports escape it. */
function spellingsOf(secret: string): readonly string[] {
  const inCode = code(secret).slice('<code>'.length, -'</code>'.length);
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), plain(secret), inCode];
}
