/** Writes into docs/reliability.md what the last runs of `npm run test:faults` have seen. Suites that have not run keep their part. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FAULT_TABLES, faultRows, faultTable } from './fault-tables.ts';
import { filled } from './markdown.ts';

const root = join(import.meta.dirname, '..');
const file = join(root, 'docs', 'reliability.md');

const parts: Record<string, string> = {};
for (const [suite, layout] of Object.entries(FAULT_TABLES)) {
  const seen = join(root, '.cache', 'faults', `${suite}.json`);
  if (existsSync(seen)) parts[suite] = faultTable(faultRows(readFileSync(seen, 'utf8')), layout);
}
writeFileSync(file, filled('docs/reliability.md', readFileSync(file, 'utf8'), parts));
process.stdout.write(`docs/reliability.md: ${Object.keys(parts).join(', ') || 'nothing new'}\n`);
