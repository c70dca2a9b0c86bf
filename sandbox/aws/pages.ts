/** Lists that are answered in pages. */
import { ServiceError } from './errors.ts';

/** A page of a list, and where the next one begins. The marker is opaque to callers. */
export function pageOf<T>(items: T[], size: number, marker: string | undefined) {
  const offset = marker === undefined ? 0 : Number(Buffer.from(marker, 'base64url').toString('utf8'));
  if (!Number.isInteger(offset) || offset < 0 || offset > items.length) {
    throw new ServiceError('ValidationError', 'The marker or token given is not valid');
  }
  const end = offset + size;
  const next = end < items.length ? Buffer.from(String(end)).toString('base64url') : undefined;
  return { items: items.slice(offset, end), next };
}
