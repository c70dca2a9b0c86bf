/** The policy variables in a document, such as `${aws:PrincipalTag/team}`. */

/** `${*}`, `${?}` and `${$}` are escapes; after a comma stands a default, which does without the key. */
const variable = /\$\{([^*?$,}]+)\}/g;

/** The condition keys that variables anywhere in this value can't do without, each once. */
export function variablesIn(value: unknown): string[] {
  const text = JSON.stringify(value) ?? '';
  return [...new Set([...text.matchAll(variable)].map(([, key = '']) => key.trim()))];
}
