/** Globs: taken apart, and refused where a pattern would silently match something else than it says. */
import { z } from 'zod';
import { type Form, linesOf } from './forms.ts';

/** What globs are of. */
interface GlobKind {
  readonly allowed: string;
  /** How many parts a name has besides the first, with a slash before each. */
  readonly slashes: number;
  /** The characters of a name, and `*` and `?`. */
  readonly text: RegExp;
  /** A set such as `[a-c]`, of the characters that names have; `!` or `^` in front means none of these. */
  readonly charClass: RegExp;
}

const formsOf = (what: string): string =>
  `${what} globs with \`*\`, \`?\`, \`[…]\` and \`{a,b}\`, every bracket closed`;

/** Globs of a kind, each once. A comma between braces belongs to its glob. */
function globsOf(kind: GlobKind): Form<readonly string[]> {
  return z.string().transform((raw, context) => {
    const found = linesOf(raw).flatMap(splitOutsideBraces);
    for (const glob of found) {
      if (!isGlob(glob, kind))
        context.addIssue({ code: 'custom', message: `${kind.allowed} (not \`${glob}\`)` });
    }
    // What the shell writes `[!a]`, the matcher reads as `[^a]` alone.
    return [...new Set(found.map((glob) => glob.replaceAll('[!', '[^')))];
  });
}

/** Globs of control planes. */
export const globs = globsOf({
  allowed: formsOf('`group/name`'),
  slashes: 1,
  text: /^[a-z0-9.*?-]$/,
  charClass: /^\[[!^]?[a-z0-9.-]+\]/,
});

/** Globs of EKS clusters (EKS API, `CreateCluster`: the characters of a name). */
export const clusterNameGlobs = globsOf({
  allowed: formsOf('cluster name'),
  slashes: 0,
  text: /^[\w*?-]$/,
  charClass: /^\[[!^]?[\w-]+\]/,
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

/** Whether each way to read the braces gives a name of all its parts; a leading `!` leaves out what matches. */
function isGlob(glob: string, kind: GlobKind): boolean {
  const { slashes, rest } = readSequence(glob.replace(/^!/, ''), '', kind);
  if (glob === '!' || glob.includes('..')) return false;
  return (
    rest === '' && slashes.size === 1 && slashes.has(kind.slashes) && !/(^!?|[{,])\/|\/([},]|$)/.test(glob)
  );
}

interface Read {
  /** How many slashes the readings have. Empty: it is no glob. */
  readonly slashes: ReadonlySet<number>;
  readonly rest: string;
}

const NOT_A_GLOB: Read = { slashes: new Set(), rest: '' };

/** Up to one of the `ends`, or to the end of the text. */
function readSequence(text: string, ends: string, kind: GlobKind): Read {
  let slashes: ReadonlySet<number> = new Set([0]);
  let rest = text;
  while (rest !== '' && !ends.includes(rest.charAt(0))) {
    const next = readPart(rest, kind);
    slashes = new Set([...slashes].flatMap((before) => [...next.slashes].map((more) => before + more)));
    rest = next.rest;
    if (slashes.size === 0) return NOT_A_GLOB;
  }
  return { slashes, rest };
}

function readPart(text: string, kind: GlobKind): Read {
  const first = text.charAt(0);
  if (first === '{') return readBraces(text, kind);
  if (first === '/') return { slashes: new Set([1]), rest: text.slice(1) };
  const length = first === '[' ? (kind.charClass.exec(text)?.[0].length ?? 0) : kind.text.test(first) ? 1 : 0;
  return length === 0 ? NOT_A_GLOB : { slashes: new Set([0]), rest: text.slice(length) };
}

/** Two alternatives at least: the matcher takes `{a}` and `{1..9}` for something else than a reader would. */
function readBraces(text: string, kind: GlobKind): Read {
  const slashes = new Set<number>();
  let rest = text;
  let alternatives = 0;
  do {
    const alternative = readSequence(rest.slice(1), ',}', kind);
    if (alternative.slashes.size === 0 || alternative.rest === '') return NOT_A_GLOB;
    for (const count of alternative.slashes) slashes.add(count);
    rest = alternative.rest;
    alternatives += 1;
  } while (rest.startsWith(','));
  return alternatives < 2 ? NOT_A_GLOB : { slashes, rest: rest.slice(1) };
}
