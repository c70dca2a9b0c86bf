/** Text of others (clusters, tags, error messages) made harmless in Markdown. */

/** Characters that Markdown, HTML or a table could take for their own. */
const SPECIAL = /[&<>|`*_~[\]#\\!$(){}"']/g;
/** Controls, and marks that turn the direction of what follows: with these, a text shows as another than it is (Unicode TR36, TR9). */
const UNSEEN = /[\p{Cc}\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/gu;

/** Inline code: shown as it is, on one line, and neither formatted nor taken for a mention or a link. */
export function code(text: string): string {
  return text === '' ? '' : `<code>${entities(text)}</code>`;
}

/** Running text: on one line, without formatting; kept from becoming a mention or a reference to an issue. */
export function plain(text: string): string {
  // GitHub looks for both in what is rendered, where an escaped character is that character again.
  return entities(text.replaceAll(/#(?=\d)/g, '#\u200B')).replaceAll('@', '@\u200B');
}

/** Running text in which what stands between backticks is code: our own messages name inputs and commands so. */
export function prose(text: string): string {
  const pieces = text.split(/`([^`\n]+)`/);
  return pieces.map((piece, n) => (n % 2 === 1 ? code(piece) : between(piece))).join('');
}

/** A piece of running text, with the blanks that keep it apart from the next. */
function between(piece: string): string {
  const [before, after] = [/^\s/.test(piece), /\S\s+$/.test(piece)];
  return `${before ? ' ' : ''}${plain(piece)}${after ? ' ' : ''}`;
}

function entities(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll(UNSEEN, (mark) => `[U+${mark.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}]`)
    .replaceAll(SPECIAL, (character) => `&#${character.charCodeAt(0)};`);
}
