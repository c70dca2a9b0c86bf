/** `group/name` globs: taken apart, and refused where a pattern would silently match something else than it says. */
import { z } from 'zod';
import { type Form, linesOf } from './forms.ts';

const FORMS = '`group/name` globs with `*`, `?`, `[…]` and `{a,b}`, every bracket closed';
const TEXT = /^[a-z0-9.*?-]*$/;
/** Of the characters that names have; `!` or `^` in front means none of these. */
const CLASS = /^\[[!^]?[a-z0-9.-]+\]/;

/** The globs, each once. A comma between braces belongs to its glob. */
export const globs: Form<readonly string[]> = z.string().transform((raw, context) => {
  const found = linesOf(raw).flatMap(splitOutsideBraces);
  for (const glob of found) {
    if (!isGlob(glob)) context.addIssue({ code: 'custom', message: `${FORMS} (not \`${glob}\`)` });
  }
  // What the shell writes `[!a]`, the matcher reads as `[^a]` alone.
  return [...new Set(found.map((glob) => glob.replaceAll('[!', '[^')))];
});

function splitOutsideBraces(line: string): readonly string[] {
  const parts: string[] = [];
  let part = '';
  let depth = 0;
  for (const character of line) {
    if (character === '{') depth += 1;
    if (character === '}') depth -= 1;
    const ends = character === ',' && depth <= 0;
    if (ends) parts.push(part);
    part = ends ? '' : `${part}${character}`;
  }
  return [...parts, part].map((glob) => glob.trim()).filter((glob) => glob !== '');
}

/** Whether each way to read the braces gives one group and one name; a leading `!` leaves out what matches. */
function isGlob(glob: string): boolean {
  const { slashes, rest } = readSequence(glob.replace(/^!/, ''), '');
  if (glob.includes('..')) return false;
  return rest === '' && slashes.size === 1 && slashes.has(1) && !/(^!?|[{,])\/|\/([},]|$)/.test(glob);
}

interface Read {
  /** How many slashes the readings have. Empty: it is no glob. */
  readonly slashes: ReadonlySet<number>;
  readonly rest: string;
}

const NOT_A_GLOB: Read = { slashes: new Set(), rest: '' };

/** Up to one of the `ends`, or to the end of the text. */
function readSequence(text: string, ends: string): Read {
  let slashes: ReadonlySet<number> = new Set([0]);
  let rest = text;
  while (rest !== '' && !ends.includes(rest.charAt(0))) {
    const next = readPart(rest);
    slashes = new Set([...slashes].flatMap((before) => [...next.slashes].map((more) => before + more)));
    rest = next.rest;
    if (slashes.size === 0) return NOT_A_GLOB;
  }
  return { slashes, rest };
}

function readPart(text: string): Read {
  const first = text.charAt(0);
  if (first === '{') return readBraces(text);
  if (first === '/') return { slashes: new Set([1]), rest: text.slice(1) };
  const length = first === '[' ? (CLASS.exec(text)?.[0].length ?? 0) : TEXT.test(first) ? 1 : 0;
  return length === 0 ? NOT_A_GLOB : { slashes: new Set([0]), rest: text.slice(length) };
}

/** Two alternatives at least: the matcher takes `{a}` and `{1..9}` for something else than a reader would. */
function readBraces(text: string): Read {
  const slashes = new Set<number>();
  let rest = text;
  let alternatives = 0;
  do {
    const alternative = readSequence(rest.slice(1), ',}');
    if (alternative.slashes.size === 0 || alternative.rest === '') return NOT_A_GLOB;
    for (const count of alternative.slashes) slashes.add(count);
    rest = alternative.rest;
    alternatives += 1;
  } while (rest.startsWith(','));
  return alternatives < 2 ? NOT_A_GLOB : { slashes, rest: rest.slice(1) };
}
