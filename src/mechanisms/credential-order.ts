/**
 * In which order aws-sdk-go-v2 looks for credentials (`config/resolve_credentials.go`), and External Secrets with it: static keys
 * of the environment, a web identity, a profile, the address that a container is given. The Go SDK before had the same order.
 */

/** The static keys. */
const BEFORE_WEB_IDENTITY: ReadonlySet<string> = new Set([
  'AWS_ACCESS_KEY_ID',
  'AWS_ACCESS_KEY',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SECRET_KEY',
]);

/** Whether the SDK takes credentials from a variable before the address of a container: always, since it tries that last. */
export function isBeforeContainer(): boolean {
  return true;
}

/** Whether the SDK takes credentials from this variable before a web identity. */
export function isBeforeWebIdentity(variable: string): boolean {
  return BEFORE_WEB_IDENTITY.has(variable);
}
