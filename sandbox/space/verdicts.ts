/** What was found last time, so that a thing that works is not asked again and again. */

export interface Question {
  /** What it is about. */
  readonly key: string;
  /** All in the cluster on which the verdict rests: another one is a new question. */
  readonly fingerprint: string;
  /** What is wrong, if anything. */
  readonly judge: () => Promise<string | undefined>;
}

/**
 * Verdicts as External Secrets comes to them: what works is looked at again after minutes, or when something in the cluster
 * changes; what fails is tried again soon. A change in AWS alone is seen late.
 */
export class Verdicts {
  readonly #well = new Map<string, { readonly fingerprint: string; readonly at: number }>();
  readonly #recheckMs: () => number;
  readonly #now: () => number;

  constructor(recheckMs: () => number, now: () => number = Date.now) {
    this.#recheckMs = recheckMs;
    this.#now = now;
  }

  /** What is wrong, if anything, as found now or not long ago. */
  async of({ key, fingerprint, judge }: Question): Promise<string | undefined> {
    const known = this.#well.get(key);
    const isFresh = known !== undefined && this.#now() - known.at < this.#recheckMs();
    if (isFresh && known.fingerprint === fingerprint) return undefined;
    const problem = await judge();
    if (problem === undefined) this.#well.set(key, { fingerprint, at: this.#now() });
    else this.#well.delete(key);
    return problem;
  }
}
