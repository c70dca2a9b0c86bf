/** What each control plane may read alone: the prefixes with placeholders, written out for it. */
import type { Grant, Grants, OwnPrefix, Placeholder } from '../model/grant.ts';
import type { Host } from '../model/host.ts';
import { expand, placeholdersIn } from '../policy/placeholders.ts';

type Known = Pick<Host, 'placeholders'>;

/** One prefix of one control plane, with the prefix that it was made of. */
export interface Expansion extends Grant {
  readonly of: OwnPrefix;
}

/** Those that can be written out; what is missing is told by `unknownPlaceholders`. */
export function ownReads({ own }: Pick<Grants, 'own'>, { placeholders }: Known): readonly Expansion[] {
  return own.flatMap((of): readonly Expansion[] => {
    const prefix = expand(of.prefix, placeholders);
    const resource = expand(of.resource, placeholders);
    if (prefix === undefined || resource === undefined) return [];
    return [{ service: of.service, prefix, resource, of }];
  });
}

/** The placeholders that prefixes need and whose values are not known of a control plane. */
export function unknownPlaceholders(
  { own }: Pick<Grants, 'own'>,
  { placeholders }: Known,
): readonly Placeholder[] {
  const needed = placeholdersIn(own.map(({ prefix }) => prefix).join(' '));
  return needed.filter((name) => placeholders[name] === undefined);
}
