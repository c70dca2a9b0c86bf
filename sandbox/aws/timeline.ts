/** State that remembers its past, so that changes can be seen late. */
interface Version<T> {
  value: T | undefined;
  at: number;
}

/**
 * Values by key that remember their past, so that a reader who lags behind sees what was true before.
 * IAM reads use `get`; STS and EKS use `asOf` with a moment in the past.
 */
export class TimelineMap<T> {
  readonly #timelines = new Map<string, Version<T>[]>();

  get(key: string): T | undefined {
    return this.#timelines.get(key)?.at(-1)?.value;
  }

  values(): T[] {
    return [...this.#timelines.values()]
      .map((versions) => versions.at(-1)?.value)
      .filter((value) => value !== undefined);
  }

  /** The value that held at the given moment. */
  asOf(key: string, moment: number): T | undefined {
    return this.#timelines.get(key)?.findLast((version) => version.at <= moment)?.value;
  }

  /** Writes a value (undefined deletes). A `settled` write is as if it had always been so: no reader lags behind it. */
  set(key: string, value: T | undefined, at: number | 'settled'): void {
    const version: Version<T> = { value, at: at === 'settled' ? Number.NEGATIVE_INFINITY : at };
    const past = at === 'settled' ? [] : (this.#timelines.get(key) ?? []);
    this.#timelines.set(key, [...past, version]);
  }
}
