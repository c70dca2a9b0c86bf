/** Removes every value that was masked in the log from reports too, and from our own lines of the log. */
import { code, plain } from '../report/escape.ts';

/** Shorter values would also match parts of ordinary words. */
const MIN_LENGTH = 6;
/** A line of a longer secret, or a form of it that is not its own text, is taken out from this length on. */
const MIN_PART_LENGTH = 8;

export interface Secrets {
  readonly add: (value: string) => void;
  readonly redact: (text: string) => string;
}

/** An empty set of secrets. */
export function createSecrets(): Secrets {
  const spellings = new Set<string>();
  let longestFirst: readonly string[] = [];
  return {
    add: (value) => {
      for (const secret of [value.trim(), ...linesOfSecret(value)])
        if (secret.length >= MIN_LENGTH) for (const spelling of spellingsOf(secret)) spellings.add(spelling);
      // One value may contain another.
      longestFirst = [...spellings].toSorted((a, b) => b.length - a.length);
    },
    redact: (text) => longestFirst.reduce((rest, spelling) => rest.replaceAll(spelling, '***'), text),
  };
}

/** Reports show one line at a time. The frame of a PEM block is in everyone's. */
function linesOfSecret(value: string): readonly string[] {
  const lines = value.split(/[\r\n]+/).map((line) => line.trim());
  if (lines.length === 1) return [];
  return lines.filter((line) => line.length >= MIN_PART_LENGTH && !line.startsWith('-----'));
}

/** The forms in which a secret may be shown: as it is, in JSON, in a URL, in base64, and each of these as the reports escape it. */
function spellingsOf(secret: string): readonly string[] {
  const written = [secret, JSON.stringify(secret).slice(1, -1)];
  const encoded = [...inUrl(secret), ...inBase64(secret)];
  const all = [...written, ...encoded.filter((spelling) => spelling.length >= MIN_PART_LENGTH)];
  return all.flatMap((spelling) => [spelling, plain(spelling), inCode(spelling)]);
}

function inCode(text: string): string {
  return code(text).slice('<code>'.length, -'</code>'.length);
}

/** The value in a URL, as JavaScript and as Go escape it, with digits of either case, and with a blank as `+` too. */
function inUrl(secret: string): readonly string[] {
  const short = encodeURIComponent(secret.toWellFormed());
  const long = short.replaceAll(/[!'()*~]/g, (character) => `%${character.charCodeAt(0).toString(16)}`);
  const upper = long.replaceAll(/%[\da-f]{2}/g, (digits) => digits.toUpperCase());
  return [short, upper].flatMap((text) => [
    text,
    text.replaceAll('%20', '+'),
    text.replaceAll(/%[\dA-F]{2}/g, (digits) => digits.toLowerCase()),
  ]);
}

/** What base64 makes of it wherever in a text it stands: three bytes make four digits, so there are three ways to begin. */
function inBase64(secret: string): readonly string[] {
  const bytes = Buffer.from(secret);
  return [0, 1, 2].flatMap((skipped) => {
    const whole = Math.floor((bytes.length - skipped) / 3) * 3;
    const part = bytes.subarray(skipped, skipped + Math.max(whole, 0));
    return [part.toString('base64'), part.toString('base64url')];
  });
}
