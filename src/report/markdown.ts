/** Small makers of GitHub-flavoured Markdown. What they are given is escaped already. */

/** A table; no cell may hold a line end or a bare `|`. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(head), row(head.map(() => '---')), ...rows.map(row)].join('\n');
}

function row(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** A section that is folded away below its title. */
export function folded(title: string, body: string, open = false): string {
  return `<details${open ? ' open' : ''}><summary>${title}</summary>\n\n${body}\n\n</details>`;
}

/** A fence that nothing inside can close: longer than any run of backticks in the lines. */
export function fence(language: string, lines: readonly string[]): string {
  const longest = Math.max(
    2,
    ...lines.flatMap((line) => [...line.matchAll(/`+/g)].map(([ticks]) => ticks.length)),
  );
  const ticks = '`'.repeat(longest + 1);
  return `${ticks}${language}\n${lines.join('\n')}\n${ticks}`;
}

/** Whole lines from the start, as many as fit into so many bytes, and `ending` where lines had to go. */
export function cut(text: string, bytes: number, ending: string): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  const kept: string[] = [];
  let used = Buffer.byteLength(ending) + 2;
  for (const line of text.split('\n')) {
    used += Buffer.byteLength(line) + 1;
    if (used > bytes) break;
    kept.push(line);
  }
  // What closes folds and fences takes room too.
  for (;;) {
    const result = `${closed(kept).join('\n')}\n\n${ending}`;
    if (Buffer.byteLength(result) <= bytes || kept.pop() === undefined) return result;
  }
}

/** A cut inside a fold or a fence would swallow the ending: both are closed. */
function closed(lines: readonly string[]): readonly string[] {
  let open: string | undefined;
  let folds = 0;
  for (const line of lines) {
    const ticks = /^`{3,}/.exec(line)?.[0];
    if (open === undefined && ticks !== undefined) open = ticks;
    else if (line === open) open = undefined;
    if (open === undefined) folds += line.startsWith('<details') ? 1 : line === '</details>' ? -1 : 0;
  }
  const ends: string[] = Array.from({ length: folds }, () => '\n</details>');
  return [...lines, ...(open === undefined ? [] : [open]), ...ends];
}
