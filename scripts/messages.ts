/** Lists what a user may come to read: every string of the sources that has words in it, with its place. */
import { globSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parseSync } from '@swc/core';
import { z } from 'zod';

export interface Message {
  readonly line: number;
  /** `${…}` stands for what is put in. */
  readonly text: string;
}

/** Two words at least; a name, a path or a pattern has no blank between letters. */
const WORDS = /[A-Za-z`'’.,:)}] +[A-Za-z`'’($]/;
const HOLE = '${…}';

const literal = z.object({ type: z.literal('StringLiteral'), value: z.string() });
const template = z.object({
  type: z.literal('TemplateLiteral'),
  quasis: z.array(z.object({ cooked: z.string().nullish() })),
});
const sum = z.object({
  type: z.literal('BinaryExpression'),
  operator: z.literal('+'),
  left: z.unknown(),
  right: z.unknown(),
});
const placed = z.object({ span: z.object({ start: z.number() }) });
const program = z.object({ body: z.tuple([placed], z.unknown()) });

/** The text of a string, a template or a sum of such; undefined for anything else. */
function textOf(node: unknown): string | undefined {
  const string = literal.safeParse(node);
  if (string.success) return string.data.value;
  const pieces = template.safeParse(node);
  if (pieces.success) return pieces.data.quasis.map(({ cooked }) => cooked ?? '').join(HOLE);
  const parts = sum.safeParse(node);
  if (!parts.success) return undefined;
  const [left, right] = [textOf(parts.data.left), textOf(parts.data.right)];
  return left === undefined && right === undefined ? undefined : `${left ?? HOLE}${right ?? HOLE}`;
}

function childrenOf(node: unknown): readonly unknown[] {
  return typeof node === 'object' && node !== null ? Object.values(node) : [];
}

/** What is put into a template may hold strings of its own, so these are gone through as well. */
function insideOf(node: unknown): readonly unknown[] {
  const parts = sum.safeParse(node);
  if (!parts.success) return childrenOf(node);
  return [parts.data.left, parts.data.right].flatMap((part) =>
    textOf(part) === undefined ? [part] : insideOf(part),
  );
}

/** The messages of a TypeScript file, in the order of its lines. */
export function messagesIn(source: string): readonly Message[] {
  // Positions count on from file to file, in bytes; the semicolon shows where this one begins.
  const parsed: unknown = parseSync(`;${source}`, { syntax: 'typescript', target: 'es2024' });
  const [first] = program.parse(parsed).body;
  const bytes = Buffer.from(source);
  const found: Message[] = [];
  const look = (node: unknown): void => {
    const text = textOf(node);
    const place = placed.safeParse(node);
    if (text !== undefined && place.success && WORDS.test(text)) {
      const offset = place.data.span.start - first.span.start - 1;
      found.push({ line: bytes.subarray(0, offset).toString().split('\n').length, text });
    }
    for (const child of insideOf(node)) look(child);
  };
  look(parsed);
  return found.toSorted((a, b) => a.line - b.line);
}

/** All messages in src/, with the file that each is in. */
export function allMessages(): readonly (Message & { readonly file: string })[] {
  return globSync('src/**/*.ts')
    .toSorted()
    .flatMap((file) => messagesIn(readFileSync(file, 'utf8')).map((message) => ({ file, ...message })));
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  for (const { file, line, text } of allMessages())
    process.stdout.write(`${file}:${line}: ${text.replaceAll('\n', '\\n')}\n`);
}
