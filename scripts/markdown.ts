/** Parts of Markdown files that are made from data. */

const cell = (text: string): string =>
  text
    .trim()
    .replaceAll('|', String.raw`\|`)
    .replaceAll('\n', ' ');

const row = (cells: readonly string[]): string => `| ${cells.map(cell).join(' | ')} |`;

/** A table of Markdown; cells may hold line ends and `|`. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map(row).join('\n');
}

/** The text with each part between its markers `<!-- name:begin … -->` and `<!-- name:end -->`. Throws where they are missing. */
export function filled(file: string, text: string, parts: Readonly<Record<string, string>>): string {
  let result = text;
  for (const [name, part] of Object.entries(parts)) {
    const marked = new RegExp(`(<!-- ${name}:begin[^>]*-->\n)[\\s\\S]*?(<!-- ${name}:end -->)`);
    if (!marked.test(result)) throw new Error(`${file} has no markers for ${name}`);
    result = result.replace(marked, (_all, begin: string, end: string) => `${begin}${part}\n${end}`);
  }
  return result;
}
