/** The messages of first runs in docs/troubleshooting.md, as `npm run test:e2e -- first-run` has seen them. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { filled, table } from './markdown.ts';

export const DOCUMENT = 'docs/troubleshooting.md';
/** The part between the markers. */
export const PART = /<!-- first-run:begin[\s\S]*?<!-- first-run:end -->/;

const seenSchema = z.object({ wrong: z.string(), reason: z.string(), message: z.string() });
export type Seen = z.infer<typeof seenSchema>;

const root = join(import.meta.dirname, '..');
const kept = join(root, '.cache', 'first-run.json');

/** Keeps what the runs have said, for the document to be made of it. */
export function keep(seen: readonly Seen[]): void {
  mkdirSync(dirname(kept), { recursive: true });
  writeFileSync(kept, JSON.stringify(seen, null, 2));
}

/** What differs from run to run, by what it is called in the document. */
const PASSING: readonly (readonly [RegExp, string])[] = [
  [/\(request id [^)]+\)/g, '(request id …)'],
  [/\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b/g, 'ID'],
  [/\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g, 'TIME'],
  [/\bsha256:[0-9a-f]{64}\b/g, 'sha256:…'],
  [/(?<=\b(?:127\.0\.0\.1|localhost):)\d{4,5}\b/g, 'PORT'],
  [/\b(?:linux|darwin)-(?:amd64|arm64)\b/g, 'OS-ARCH'],
  [/(?:\/[\w.-]+)+\/(?:runner|spaces-sandbox)-\w+(?=\/)/g, 'DIRECTORY'],
  [/(?<=oidc\.eks\.[\w-]+\.amazonaws\.com\/id\/)[0-9A-F]{16,}/g, 'ISSUER_ID'],
];

/** The same text in each run: a placeholder for what differs. */
export function stable(text: string): string {
  return PASSING.reduce((shown, [pattern, name]) => shown.replaceAll(pattern, name), text);
}

/** A fence that no line of the text ends. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/^`+/gm)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}text\n${text.trimEnd()}\n${fence}`;
}

/** A table of what was wrong and how the run ended; below it, folded, what each run has said. */
export function firstRuns(seen: readonly Seen[]): string {
  const rows = seen.map(({ wrong, reason }, index) => [
    String(index + 1),
    wrong,
    reason === '' ? 'goes through' : `\`${reason}\``,
  ]);
  const messages = seen.map(
    ({ wrong, message }, index) =>
      `<details><summary>${index + 1}. ${asHtml(wrong)}</summary>\n\n${fenced(stable(message))}\n\n</details>`,
  );
  return [table(['', 'what is wrong', 'how the run ends'], rows), ...messages].join('\n\n');
}

/** GitHub reads no Markdown within a summary. */
function asHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/`([^`]+)`/g, '<code>$1</code>');
}

/** The text of the document with the table of first runs in its place. */
export function withFirstRuns(text: string, seen: readonly Seen[]): string {
  return filled(DOCUMENT, text, { 'first-run': firstRuns(seen) });
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const seen = z.array(seenSchema).parse(JSON.parse(readFileSync(kept, 'utf8')));
  const file = join(root, DOCUMENT);
  writeFileSync(file, withFirstRuns(readFileSync(file, 'utf8'), seen));
}
