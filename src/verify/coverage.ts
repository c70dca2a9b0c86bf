/** Check `secret-coverage`: each key that a SharedExternalSecret of the control plane reads through an AWS store lies within what the role may read. */
import type { CheckFunction } from '../model/desired.ts';
import { countOf } from '../model/count.ts';
import type { Finding } from '../model/evidence.ts';
import { type JudgedRead, readsOf } from './secret-reads.ts';

/** How many are named. */
const SHOWN = 3;

export const checkCoverage: CheckFunction = (host, desired, world) => {
  const { secrets } = host;
  if (secrets.kind === 'unreadable') {
    const detail = `what its SharedExternalSecrets read could not be looked at: ${secrets.why}`;
    return { status: 'warn', detail };
  }
  const reads = readsOf(host, desired, world);
  const outside = reads.flatMap((read) => uncovered(read));
  if (outside.length > 0) return { status: 'fail', detail: some(outside) };
  const unclear = unclearOf(reads);
  if (unclear.length > 0) return { status: 'warn', detail: some(unclear) };
  return covered(reads, desired.intent.role.kind === 'owned');
};

/** A read through a store or a secret of which it can't be told whether it selects the control plane fails nothing. */
function uncovered(read: JudgedRead): readonly string[] {
  const { verdict, isCertain } = read;
  return verdict.kind === 'no' && isCertain ? [`${wordsOf(read)}: ${verdict.why}`] : [];
}

/** What is not known for the same reason is said once. */
function unclearOf(reads: readonly JudgedRead[]): readonly string[] {
  const open = reads.flatMap((read) => {
    const { verdict, isCertain } = read;
    if (verdict.kind === 'unknown') return [[verdict.why, read] as const];
    if (verdict.kind !== 'no' || isCertain) return [];
    return [[`${verdict.why}, and whether both select it is not known`, read] as const];
  });
  return [...Map.groupBy(open, ([why]) => why)].flatMap(([why, group]) =>
    group.slice(0, 1).map(([, first]) => {
      const more = group.length > 1 ? ` and ${group.length - 1} more` : '';
      return `${wordsOf(first)}${more}: ${why}`;
    }),
  );
}

function wordsOf({ secret, store, key }: JudgedRead): string {
  return `${secret} reads ${key} through ${store}`;
}

function some(texts: readonly string[]): string {
  const more = texts.length - SHOWN;
  return `${texts.slice(0, SHOWN).join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
}

function covered(reads: readonly JudgedRead[], isOwned: boolean): Finding {
  const own = reads.filter(({ verdict, isCertain }) => verdict.kind === 'yes' && isCertain);
  if (own.length === 0)
    return { status: 'pass', detail: 'no SharedExternalSecret reads by this identity here' };
  const secrets = new Set(own.map(({ secret }) => secret)).size;
  const where = isOwned ? 'within its prefixes' : "within what the role's inline policies allow";
  const count = `${countOf(own.length, 'key')} of ${countOf(secrets, 'secret')}`;
  return { status: 'pass', detail: `${count} ${own.length === 1 ? 'is' : 'are'} ${where}` };
}
