/** Numbers and lists in sentences. */

/** `1 check`, `2 checks`; the plural where an `s` does not make it. */
export function countOf(count: number, noun: string, plural = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : plural}`;
}

/** The first of some texts, and how many more there are: `a, b and 3 more`. */
export function shortList(texts: readonly string[], most: number, separator = ', '): string {
  const left = texts.length - most;
  return left > 0 ? `${texts.slice(0, most).join(separator)} and ${left} more` : texts.join(separator);
}
