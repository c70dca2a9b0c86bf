/** Who reads what by which role: a row for each key that a control plane reads through an AWS store. */
import type { RunRecord } from '../model/record.ts';
import type { World } from '../model/world.ts';
import { type JudgedRead, readsOf } from '../verify/secret-reads.ts';
import type { ReadVerdict } from '../verify/secret-rights.ts';
import { code, plain, prose } from './escape.ts';
import { folded, table } from './markdown.ts';

const HEAD = ['Control plane', 'Store', 'Secret', 'Key', 'Read by', 'Account', 'Region', 'May it'];

/** At most so many rows, folded away; nothing where nothing is read, and after `destroy`, when nobody does any more. */
export function secretReads(record: RunRecord, most: number): readonly string[] {
  const { config, desired } = record;
  const world = record.after ?? record.world;
  if (config === undefined || desired === undefined || world === undefined) return [];
  if (config.mode === 'destroy') return [];
  const all = world.selected.flatMap((host) =>
    readsOf(host, desired, world).map((read) => [host.name, read] as const),
  );
  if (all.length === 0) return whyUnread(world.selected);
  const rows = all.slice(0, most).map(([name, read]) => rowOf(name, read));
  const more = all.length - rows.length;
  const rest = more > 0 ? `\n\nand ${more} more` : '';
  return [folded(`Who reads what by which role: ${all.length}`, `${table(HEAD, rows)}${rest}`)];
}

/** Says why nothing is shown: an empty section must not look as if nothing were read. */
function whyUnread(hosts: World['selected']): readonly string[] {
  const unread = hosts.find(({ secrets }) => secrets.kind === 'unreadable')?.secrets;
  return unread?.kind === 'unreadable'
    ? [prose(`What SharedExternalSecrets read was not looked at: ${unread.why}`)]
    : [];
}

function rowOf(name: string, read: JudgedRead): readonly string[] {
  const { store, secret, key, reader, account, region, verdict, isCertain } = read;
  const possibly = isCertain ? '' : ' (whether it selects it is not known)';
  return [
    code(name),
    code(store),
    `${code(secret)}${possibly}`,
    code(key),
    code(reader),
    code(account),
    code(region),
    may(verdict),
  ];
}

function may(verdict: ReadVerdict): string {
  switch (verdict.kind) {
    case 'yes':
      return 'yes';
    case 'no':
      return `❌ no: ${prose(verdict.why)}`;
    case 'unknown':
      return `not known: ${prose(verdict.why)}`;
    case 'other':
      return plain('not by this identity');
  }
}
