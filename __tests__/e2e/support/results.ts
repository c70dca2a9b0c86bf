/** What a long suite has seen, for its log and for docs/reliability.md, which `npm run reliability` makes of it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';

const directory = join(import.meta.dirname, '..', '..', '..', '.cache', 'faults');

/** Keeps the rows of one suite, each at once, so that a suite that is ended early leaves what it has seen. Shown at its end. */
export function useResults(suite: string): (row: object) => void {
  const rows: object[] = [];
  afterAll(() => {
    // eslint-disable-next-line no-console -- the table is what the suite is run for
    console.table(rows);
  });
  return (row) => {
    rows.push(row);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, `${suite}.json`), JSON.stringify(rows, null, 2));
  };
}
