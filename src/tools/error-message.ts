/** The text of whatever was thrown. */

/** The message of an Error; anything else as a string. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
