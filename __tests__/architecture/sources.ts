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
  /** Names that it exports as its own. */
  readonly exported: readonly string[];
  /** It begins with a comment that says what it is for. */
  readonly hasHeader: boolean;
  /** Exported functions and classes without a docblock. */
  readonly undocumented: readonly string[];
  /** It compares something called `identity`, or with the name of a mechanism. */
  readonly comparesIdentity: boolean;
  /** It looks into the text of something called `id` or `address`. */
  readonly parsesId: boolean;
  /** It repeats something that it awaits, with no end of its own to the loop. */
  readonly loopsOpenEnded: boolean;
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

/** What stands in parentheses, and before a `?.`. */
function bare(node: unknown): unknown {
  if (!isNode(node)) return node;
  if (node['type'] === 'OptionalChainingExpression') return bare(node['base']);
  if (node['type'] === 'ParenthesisExpression') return bare(node['expression']);
  return node;
}

/** `x` of `x`, of `a.x`, of `a?.x` and of `a['x']`. */
function nameOf(given: unknown): string {
  const node = bare(given);
  if (!isNode(node)) return '';
  if (node['type'] !== 'MemberExpression') return textOf(node);
  const { property } = node;
  return isNode(property) && property['type'] === 'Computed'
    ? textOf(property['expression'])
    : textOf(property);
}

/** `Date.now`, or the end of a longer chain: `job.config.mode` gives `config.mode`. */
function memberName(node: Node): string {
  return `${nameOf(node['object'])}.${nameOf(node)}`;
}

const MECHANISM_NAMES = new Set(['irsa', 'pod-identity']);

function isIdentity(given: unknown): boolean {
  const node = bare(given);
  if (!isNode(node)) return false;
  const isLiteral = node['type'] === 'StringLiteral' && MECHANISM_NAMES.has(textOf(node));
  return isLiteral || (node['type'] !== 'StringLiteral' && nameOf(node) === 'identity');
}

function comparesIdentity(node: Node): boolean {
  if (node['type'] === 'SwitchStatement') return isIdentity(node['discriminant']);
  const isComparison = node['type'] === 'BinaryExpression' && /^[!=]==$/.test(String(node['operator']));
  return isComparison && (isIdentity(node['left']) || isIdentity(node['right']));
}

const TEXT_METHODS = new Set(
  'startsWith endsWith split replace replaceAll slice substring match matchAll includes indexOf at'.split(
    ' ',
  ),
);

const isIdName = (node: unknown): boolean => ['id', 'address'].includes(nameOf(node));

/** `change.id.startsWith(…)`, `id.split(…)`, `/…/.test(id)`. */
function parsesId({ type, callee, arguments: given }: Node): boolean {
  const called = bare(callee);
  if (type !== 'CallExpression' || !isNode(called) || called['type'] !== 'MemberExpression') return false;
  const method = nameOf(called);
  if (method === 'test' || method === 'exec')
    return Array.isArray(given) && given.some((argument: Node) => isIdName(argument['expression']));
  return TEXT_METHODS.has(method) && isIdName(called['object']);
}

function loopsOpenEnded(node: Node): boolean {
  const isLoop =
    node['type'] === 'WhileStatement' ||
    node['type'] === 'DoWhileStatement' ||
    (node['type'] === 'ForStatement' && !isNode(node['test']));
  return isLoop && [...nodes(node)].some(({ type }) => type === 'AwaitExpression');
}

/** What a declaration is called; nothing for one that takes things apart. */
function declaredName({ declaration }: Node): readonly string[] {
  if (!isNode(declaration)) return [];
  const { identifier, id, declarations } = declaration;
  if (Array.isArray(declarations)) return declarations.map((declarator: Node) => textOf(declarator['id']));
  return [textOf(identifier ?? id)];
}

/** `export { x }`, `export { x as y }`; what is only handed on from another file is named there. */
function listedNames({ source, specifiers }: Node): readonly string[] {
  if (isNode(source) || !Array.isArray(specifiers)) return [];
  return specifiers.map(({ exported, orig }: Node) => textOf(exported) || textOf(orig));
}

/** Names of exported functions and classes with no docblock on the line above. */
function undocumented(text: string): readonly string[] {
  const lines = text.split('\n');
  return lines.flatMap((line, at) => {
    const name = /^export (?:async )?(?:function\*?|class) (\w+)/.exec(line)?.[1];
    return name === undefined || (at > 0 && lines[at - 1]?.endsWith('*/')) ? [] : [name];
  });
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
    exported: [
      ...of('ExportDeclaration').flatMap(declaredName),
      ...of('ExportNamedDeclaration').flatMap(listedNames),
    ],
    hasHeader: text.startsWith('/**'),
    undocumented: undocumented(text),
    comparesIdentity: all.some(comparesIdentity),
    parsesId: all.some(parsesId),
    loopsOpenEnded: all.some(loopsOpenEnded),
  };
}

export function readSources(): readonly Source[] {
  return readdirSync('src', { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readText(readFileSync(join('src', path), 'utf8'), path.split(sep).join('/')))
    .toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
