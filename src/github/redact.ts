/** Every value that was masked in the log is taken out of reports too. */
import { code, plain } from '../report/escape.ts';

/** Shorter ones would tear holes into ordinary words. */
const SHORTEST = 6;
/** In a text of several lines, such as a kubeconfig, a word of this length may be a token or a key. */
const LONG_WORD = 20;

export interface Secrets {
  readonly add: (value: string) => void;
  readonly redact: (text: string) => string;
}

export function createSecrets(): Secrets {
  const spellings = new Set<string>();
  return {
    add: (value) => {
      for (const secret of [value.trim(), ...longWords(value)])
        if (secret.length >= SHORTEST) for (const spelling of spellingsOf(secret)) spellings.add(spelling);
    },
    // The longest first: a value may hold another.
    redact: (text) =>
      [...spellings]
        .toSorted((a, b) => b.length - a.length)
        .reduce((rest, spelling) => rest.replaceAll(spelling, '***'), text),
  };
}

/** Addresses are no secrets, and a message without them is of no use. */
function longWords(value: string): readonly string[] {
  if (!value.trim().includes('\n')) return [];
  return value.split(/[\s"']+/).filter((word) => word.length >= LONG_WORD && !/^(?:https?:|arn:)/.test(word));
}

/** As it is, in JSON, in a URL, and as the reports escape it: their readers see the value all the same. */
function spellingsOf(secret: string): readonly string[] {
  const inCode = code(secret).slice('<code>'.length, -'</code>'.length);
  return [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret), plain(secret), inCode];
}
