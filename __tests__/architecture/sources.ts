/** The sources of the action as data: what each file imports, and which words of the language it uses. */
import { readdirSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';
import { parseSync } from '@swc/core';

export interface Source {
  /** Relative to src/, with slashes: `aws/reader.ts`. */
  readonly path: string;
  /** The folder, or for a file of src/ itself its name without `.ts`. */
  readonly room: string;
  readonly lines: number;
  /** As they stand there; those of our own files resolved: `src/aws/reader.ts`. */
  readonly imports: readonly string[];
  /** Names used anywhere but in comments and texts, types too. */
  readonly names: ReadonlySet<string>;
  /** `Date.now`, `config.mode`, … */
  readonly members: ReadonlySet<string>;
  readonly texts: ReadonlySet<string>;
  /** It waits for something: `async`, `await`. */
  readonly waits: boolean;
  /** `new Date()`: the clock, where `new Date(x)` only tells a time in another form. */
  readonly readsClock: boolean;
}

type Node = Readonly<Record<string, unknown>>;

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null;
}

/** Every object of the syntax tree. */
function* nodes(value: unknown): Generator<Node> {
  if (Array.isArray(value)) for (const item of value) yield* nodes(item);
  else if (isNode(value)) {
    yield value;
    yield* nodes(Object.values(value));
  }
}

function textOf(value: unknown): string {
  return isNode(value) && typeof value['value'] === 'string' ? value['value'] : '';
}

/** `Date.now`, or the end of a longer chain: `job.config.mode` gives `config.mode`. */
function memberName({ object, property }: Node): string {
  const owner = isNode(object) && object['type'] === 'MemberExpression' ? object['property'] : object;
  return `${textOf(owner)}.${textOf(property)}`;
}

/** What a text would be as the file `src/<path>`. */
export function readText(text: string, path = 'example.ts'): Source {
  const all = [...nodes(parseSync(text, { syntax: 'typescript', target: 'es2024' }))];
  const of = (type: string): readonly Node[] => all.filter((node) => node['type'] === type);
  const folder = posix.dirname(`src/${path}`);
  const imports = [...of('ImportDeclaration'), ...of('ExportNamedDeclaration'), ...of('ExportAllDeclaration')]
    .map(({ source }) => textOf(source))
    .filter((name) => name !== '')
    .map((name) => (name.startsWith('.') ? posix.join(folder, name) : name));
  return {
    path,
    room: path.includes('/') ? path.slice(0, path.indexOf('/')) : path.replace('.ts', ''),
    lines: text.trimEnd().split('\n').length,
    imports,
    names: new Set(of('Identifier').map(textOf)),
    members: new Set(of('MemberExpression').map(memberName)),
    texts: new Set(of('StringLiteral').map(textOf)),
    waits: of('AwaitExpression').length > 0 || all.some((node) => node['async'] === true),
    readsClock: of('NewExpression').some(
      ({ callee, arguments: given }) =>
        textOf(callee) === 'Date' && Array.isArray(given) && given.length === 0,
    ),
  };
}

export function readSources(): readonly Source[] {
  return readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readText(readFileSync(join('src', path), 'utf8'), path.split(sep).join('/')))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
