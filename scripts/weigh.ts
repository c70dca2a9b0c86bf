/** What weighs what in a minified bundle, told by its source map: each character belongs to the package it was made from. */
import { readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { join } from 'node:path';
import { z } from 'zod';

/** Lighter ones are one row. */
const ROW_KB = 10;
const OWN = 'this action';
const REST = 'all others';

/** A scope, such as `@aws-sdk`, or a package outside of one. */
function groupOf(source: string): string {
  const [, name] = /.*node_modules\/([^/]+)/.exec(source) ?? [];
  return name ?? (/^(\.\.\/)*(lib|src)\//.test(source) ? OWN : REST);
}

const payload = z.object({
  version: z.number(),
  file: z.string().default(''),
  sourceRoot: z.string().default(''),
  sources: z.array(z.string()),
  sourcesContent: z.array(z.string()),
  names: z.array(z.string()),
  mappings: z.string(),
});

function sourceAt(map: SourceMap, line: number, column: number): string {
  const entry = map.findEntry(line, column);
  return 'originalSource' in entry ? entry.originalSource : '';
}

/** Characters by group of the `index.js` in `directory`, which has its map beside it. */
export function weigh(directory: string): ReadonlyMap<string, number> {
  const map = new SourceMap(payload.parse(JSON.parse(readFileSync(join(directory, 'index.js.map'), 'utf8'))));
  const weights = new Map<string, number>();
  for (const [line, text] of readFileSync(join(directory, 'index.js'), 'utf8').split('\n').entries()) {
    for (let column = 0; column < text.length; column += 1) {
      const group = groupOf(sourceAt(map, line, column));
      weights.set(group, (weights.get(group) ?? 0) + 1);
    }
  }
  return weights;
}

/** The rows of a Markdown table, in KB of 1,000 characters, heaviest first. */
export function weightTable(weights: ReadonlyMap<string, number>): string {
  const kb = new Map<string, number>();
  for (const [group, characters] of weights) {
    const row = characters < ROW_KB * 1000 ? REST : group;
    kb.set(row, (kb.get(row) ?? 0) + characters / 1000);
  }
  const rows = [...kb].toSorted(([, a], [, b]) => b - a);
  return [
    '| packages | KB |',
    '| --- | --- |',
    ...rows.map(([group, size]) => `| ${group} | ${Math.round(size)} |`),
  ].join('\n');
}
