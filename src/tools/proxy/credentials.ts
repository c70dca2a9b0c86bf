/** Credentials that stand in an address. */

/**
 * User and password of a URL, together and the password alone, as they stand there and decoded. Also of a text that is no proper
 * URL, such as `user:password@host`.
 */
export function credentialsIn(url = ''): readonly string[] {
  const [, pair] = /^(?:(?:[a-z][\w+.-]*:)?\/{1,3})?([^/?#\s]*)@/i.exec(url.trim()) ?? [];
  if (pair === undefined) return [];
  const password = pair.slice(pair.indexOf(':') + 1);
  return [pair, password, decoded(pair), decoded(password)].filter((value) => value !== '');
}

function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}
