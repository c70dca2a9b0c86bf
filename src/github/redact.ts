/** Every value that was masked in the log is taken out of reports too. */

/** Shorter ones would tear holes into ordinary words. */
const SHORTEST = 6;

export interface Secrets {
  readonly add: (value: string) => void;
  readonly redact: (text: string) => string;
}

export function createSecrets(): Secrets {
  const values = new Set<string>();
  return {
    add: (value) => {
      const trimmed = value.trim();
      if (trimmed.length >= SHORTEST) values.add(trimmed);
    },
    // The longest first: a value may hold another.
    redact: (text) =>
      [...values]
        .toSorted((a, b) => b.length - a.length)
        .reduce((rest, value) => rest.replaceAll(value, '***'), text),
  };
}
