/** The forms an input's text may have. Each is a zod type from text to value whose only message names the forms allowed. */
import { countOf } from '../model/count.ts';
import { z } from 'zod';

/** Reads an input's text to its value. */
export type Form<T> = z.ZodType<T, string>;

/** A form by a function that gives `undefined` for a text it does not understand. */
function form<T>(
  allowed: string | ((text: string) => string),
  read: (text: string) => T | undefined,
): Form<T> {
  return z.string().transform((text, context) => {
    const value = read(text.trim());
    if (value !== undefined) return value;
    const message = typeof allowed === 'string' ? allowed : allowed(text.trim());
    context.addIssue({ code: 'custom', message });
    return z.NEVER;
  });
}

/** The form, or undefined for an empty text. */
export function optionalForm<T>(inner: Form<T>): Form<T | undefined> {
  return z.string().transform((text, context) => {
    if (text.trim() === '') return undefined;
    const result = inner.safeParse(text);
    if (result.success) return result.data;
    for (const issue of result.error.issues) context.addIssue({ code: 'custom', message: issue.message });
    return z.NEVER;
  });
}

/** Any text, without the blanks around it. */
export const anyText: Form<string> = z.string().trim();

/** Text kept as it is, line ends and blanks included: passwords, kubeconfigs. */
export const verbatim: Form<string> = z.string();

/** One of the given words, exactly as it is written. */
export function oneOf<T extends string>(values: readonly T[]): Form<T> {
  return form(values.map((value) => `\`${value}\``).join(', '), (value) =>
    values.find((allowed) => allowed === value),
  );
}

/** Exactly `true` or `false`: anything else is refused, not taken for false. */
export const boolean: Form<boolean> = form('exactly `true` or `false`', (value) =>
  value === 'true' ? true : value === 'false' ? false : undefined,
);

/** Text without the blanks around it that fits a pattern. */
export function matching(pattern: RegExp, allowed: string): Form<string> {
  return textForm(allowed, (value) => pattern.test(value));
}

/** A text without the blanks around it, of a kind that a pattern does not tell. */
export function textForm(allowed: string, fits: (text: string) => boolean): Form<string> {
  return form(allowed, (value) => (fits(value) ? value : undefined));
}

const SECONDS = { s: 1, m: 60, h: 3600 } as const;

/** `3600` as `1h`: the longest unit that it is a whole number of. */
function withUnit(seconds: number): string {
  const unit = seconds % SECONDS.h === 0 ? 'h' : seconds % SECONDS.m === 0 ? 'm' : 's';
  return `${seconds / SECONDS[unit]}${unit}`;
}

/** `90s`, `10m`, `1h` in seconds, within bounds given in seconds. A number without a unit is refused, and told with one. */
export function duration(least: number, most: number, bounds: string): Form<number> {
  const fits = (seconds: number): boolean => seconds >= least && seconds <= most;
  const allowed = (text: string): string => {
    const forms = `a duration such as \`90s\`, \`10m\` or \`1h\`, ${bounds}`;
    const isBare = /^\d{1,6}$/.test(text) && fits(Number(text));
    return isBare ? `${forms} (${countOf(Number(text), 'second')}: \`${withUnit(Number(text))}\`)` : forms;
  };
  return form(allowed, (value) => {
    const match = /^(\d{1,6})([smh])$/.exec(value);
    const unit = match?.[2];
    if (match === null || (unit !== 's' && unit !== 'm' && unit !== 'h')) return undefined;
    const seconds = Number(match[1]) * SECONDS[unit];
    return fits(seconds) ? seconds : undefined;
  });
}

/** The lines of a list without their `#` comments. */
export function linesOf(raw: string): readonly string[] {
  return raw.split(/\r?\n/).map((line) => line.replace(/(^|\s)#.*$/, ''));
}

/** The entries of a list: one a line or between commas; blank lines and `#` comments are ignored. */
export function entries(raw: string): readonly string[] {
  return linesOf(raw)
    .flatMap((line) => line.split(','))
    .map((entry) => entry.trim())
    .filter((entry) => entry !== '');
}

/** A list without repetitions; a bad entry is named in the message. */
export function listOf(pattern: RegExp, allowed: string): Form<readonly string[]> {
  return z.string().transform((raw, context) => {
    const found = [...new Set(entries(raw))];
    for (const entry of found) {
      if (!pattern.test(entry))
        context.addIssue({ code: 'custom', message: `${allowed} (not \`${entry}\`)` });
    }
    return found;
  });
}

/** `key=value` pairs, one a line; a key given twice with two values is refused. */
export function pairs(
  key: Pick<RegExp, 'test'>,
  value: RegExp,
  allowed: string,
): Form<Readonly<Record<string, string>>> {
  return z.string().transform((raw, context) => {
    const found = new Map<string, string>();
    for (const entry of entries(raw)) {
      const at = entry.indexOf('=');
      const name = entry.slice(0, Math.max(at, 0)).trim();
      const content = entry.slice(at + 1).trim();
      const twice = found.has(name) && found.get(name) !== content;
      if (at < 1 || !key.test(name) || !value.test(content)) {
        context.addIssue({ code: 'custom', message: `${allowed} (not \`${entry}\`)` });
      } else if (twice)
        context.addIssue({ code: 'custom', message: `each key once (\`${name}\` has two values)` });
      found.set(name, content);
    }
    return Object.fromEntries(found);
  });
}
