/** Placeholders in prefixes and probes: `{group}`, `{name}`, `{id}`, `{namespace}`. */
import { PLACEHOLDERS, type Placeholder, type PlaceholderValues } from '../model/grant.ts';

const ANY = new RegExp(`\\{(${PLACEHOLDERS.join('|')})\\}`, 'g');

/** Each once, in the order of their table. */
export function placeholdersIn(text: string): readonly Placeholder[] {
  return PLACEHOLDERS.filter((name) => text.includes(`{${name}}`));
}

/** The text with what the placeholders stand for; undefined where one is not known. */
export function expand(text: string, values: PlaceholderValues): string | undefined {
  let isWhole = true;
  const expanded = text.replaceAll(ANY, (_all, name: Placeholder) => {
    const value = values[name];
    isWhole &&= value !== undefined;
    return value ?? '';
  });
  return isWhole ? expanded : undefined;
}

/** The text with the same in place of every placeholder. */
export function withoutPlaceholders(text: string, instead: string): string {
  return text.replaceAll(ANY, instead);
}
