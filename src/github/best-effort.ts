/** Reports fail no job: what GitHub refuses becomes one warning, with the permission that the job may lack. */
import type { Log } from '../model/ports.ts';

/** What `act` gives, or undefined when it failed; `permission` such as `issues: write`. */
export async function bestEffort(
  log: Log,
  what: string,
  permission: string,
  act: () => Promise<string | undefined>,
): Promise<string | undefined> {
  try {
    return await act();
  } catch (error) {
    log.warning(`No ${what}: ${reason(error, permission)}`);
    return undefined;
  }
}

function reason(error: unknown, permission: string): string {
  const message = String(error)
    .replace(/^\w*Error: /, '')
    .replaceAll(/\s+/g, ' ');
  const status = error instanceof Error && 'status' in error ? error.status : undefined;
  if ((status === 403 || status === 404) && !/rate limit/i.test(message))
    return `GitHub refuses it (${status}); the job needs \`permissions: ${permission}\`.`;
  // Cut between words: half of a secret would fit no mask.
  return message.length > 300 ? message.slice(0, 300).replace(/(?<=\s)\S*$/, '…') : message;
}
