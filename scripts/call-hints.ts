/**
 * Tells the JavaScript engine which functions of a bundle are called while it is loaded. V8 reads a function twice, once to pass over
 * it and once when it is called, unless it is in parentheses: then it is compiled at once (https://v8.dev/blog/preparser, "PIFEs").
 * Minifiers take such parentheses away. Of the main bundle, every module is called on load, and it is ready in three quarters of the time.
 */
import { parseSync } from '@swc/core';

const FUNCTIONS = new Set(['ArrowFunctionExpression', 'FunctionExpression']);

interface Range {
  readonly start: number;
  readonly end: number;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** The module functions of webpack's table: properties whose name is a number. */
function moduleFunctions(node: unknown): readonly Range[] {
  if (Array.isArray(node)) return node.flatMap(moduleFunctions);
  if (!isObject(node)) return [];
  const { key, value } = node;
  const isModule =
    isObject(key) &&
    key['type'] === 'NumericLiteral' &&
    isObject(value) &&
    FUNCTIONS.has(String(value['type']));
  if (!isModule) return Object.values(node).flatMap(moduleFunctions);
  const { span } = value;
  if (!isObject(span)) throw new Error('a function without a place');
  return [{ start: Number(span['start']), end: Number(span['end']) }];
}

/** `code` with each of its modules in parentheses. Throws when it has none, or when a place is not that of a function. */
export function withCallHints(code: string): string {
  const tree = parseSync(code, { syntax: 'ecmascript', target: 'es2022' });
  // Places are bytes, counted on from the file before.
  const bytes = Buffer.from(code);
  const from = tree.span.start;
  const ranges = moduleFunctions(tree.body);
  if (ranges.length === 0) throw new Error('the bundle has no table of modules');
  const points = ranges.flatMap(({ start, end }) => [start - from, end - from]).toSorted((a, b) => a - b);
  const parts = points.map((point, index) => {
    const opening = index % 2 === 0;
    const around = bytes.toString('latin1', point - 1, point);
    if (around !== (opening ? ':' : '}'))
      throw new Error(`no function ${opening ? 'begins' : 'ends'} at ${point}`);
    return `${bytes.toString('utf8', points[index - 1] ?? 0, point)}${opening ? '(' : ')'}`;
  });
  return [...parts, bytes.toString('utf8', points.at(-1))].join('');
}
