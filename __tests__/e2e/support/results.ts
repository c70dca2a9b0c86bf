/** What a long suite has seen, for its log and for docs/reliability.md, which `npm run reliability` makes of it. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';

const directory = join(import.meta.dirname, '..', '..', '..', '.cache', 'faults');

/** Rows of one suite: shown and kept when its tests are over. */
export function useResults<Row extends object>(suite: string): Row[] {
  const rows: Row[] = [];
  afterAll(() => {
    // eslint-disable-next-line no-console -- the table is what the suite is run for
    console.table(rows);
    mkdirSync(directory, { recursive: true });
    writeFileSync(join(directory, `${suite}.json`), JSON.stringify(rows, null, 2));
  });
  return rows;
}
