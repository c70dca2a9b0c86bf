/** Lists that are answered in pages. */
import { ServiceError } from './errors.ts';
import type { Settings } from './settings.ts';

/** Where a page begins, and whether an empty one comes first. */
const MARKER = /^(\d+)(e?)$/;

/** A page of a list, and where the next one begins. The marker is opaque to callers. */
export function pageOf<T>(
  items: T[],
  size: number,
  marker: string | undefined,
  { pageSize, emptyPages }: Pick<Settings, 'pageSize' | 'emptyPages'>,
) {
  const [, digits = '', empty] =
    MARKER.exec(marker === undefined ? '0' : Buffer.from(marker, 'base64url').toString('utf8')) ?? [];
  const offset = Number(digits);
  if (digits === '' || offset > items.length) {
    throw new ServiceError('ValidationError', 'The marker or token given is not valid');
  }
  if (empty === 'e') return { items: [], next: markerFor(`${offset}`) };
  const end = offset + Math.min(size, pageSize);
  const next = end < items.length ? markerFor(`${end}${emptyPages ? 'e' : ''}`) : undefined;
  return { items: items.slice(offset, end), next };
}

function markerFor(place: string): string {
  return Buffer.from(place).toString('base64url');
}
