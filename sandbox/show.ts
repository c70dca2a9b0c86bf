/** Plain words on a terminal: colour only where there is one. */
const colour = process.stdout.isTTY && process.env['NO_COLOR'] === undefined;

export const bold = (text: string): string => (colour ? `\u001B[1m${text}\u001B[0m` : text);
export const dim = (text: string): string => (colour ? `\u001B[2m${text}\u001B[0m` : text);

export function heading(text: string): void {
  console.log(`\n${bold(`== ${text}`)}\n`);
}

/** A job summary as it reads once rendered: without tags and entities. */
export function readable(markdown: string): string {
  return markdown
    .replaceAll(/<\/?(?:code|b|details|summary)(?: open)?>/g, '')
    .replaceAll('<br>', '; ')
    .replaceAll(/&#(\d+);/g, (_entity, number: string) => String.fromCodePoint(Number(number)));
}
