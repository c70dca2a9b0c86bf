/** What is wrong with how a text is written, as far as a pattern can tell. */

/** Whether a text has a number, `${…}`, before one of these plurals: that is wrong when the number is one. */
export function hasPlural(text: string, plurals: readonly string[]): boolean {
  return new RegExp(String.raw`\$\{…\} (?:[a-z]+ )?(?:${plurals.join('|')})\b`).test(text);
}

/** Verbs and the like, which end in an s too. Characters are counted where there are thousands of them. */
const NO_PLURALS = new Set(['is', 'has', 'was', 'does', 'this', 'its', 'as', 'less', 'characters']);

/** Templates of a source that put a plural after the length of something. */
export function pluralsAfterLengths(source: string): readonly string[] {
  const found = source.matchAll(
    /\$\{(?:[\w.]+\.(?:length|size)|(?:\w+\.)*(?:count|rounds))(?: - \d+)?\} (?:[a-z]+ ){0,2}?([a-z]+s)\b/g,
  );
  return [...found].filter(([, word = '']) => !NO_PLURALS.has(word)).map(([text]) => text);
}

const SETTING =
  /\b(?:mode: (?:plan|apply|check|destroy)|annotate: (?:none|helm)|restart: (?:always|never)|(?:adopt|prune): (?:true|false))/;

/** Names and settings that stand outside of backticks; `names` are those that are no words of English. */
export function unmarked(text: string, names: readonly string[]): readonly string[] {
  const outside = text.split('`').filter((_, index) => index % 2 === 0);
  const isBare = (name: string): boolean =>
    outside.some((part) => new RegExp(String.raw`(?<![\w./:$"-])${name}(?![\w"=-]|:\d)`).test(part));
  const settings = outside.flatMap((part) => SETTING.exec(part)?.[0] ?? []);
  return [...names.filter(isBare), ...settings];
}
