/** What was found last time, so that a thing that works is not asked again and again. */

export interface Question {
  /** What it is about. */
  readonly key: string;
  /** All in the cluster on which the verdict rests: another one is a new question. */
  readonly fingerprint: string;
  /** What is wrong, if anything. */
  readonly judge: () => Promise<string | undefined>;
}

/** Both in milliseconds; they may change while the sandbox runs. */
export interface Recheck {
  /** How long what works is left alone. */
  readonly recheckMs: number;
  /** The longest pause after which what fails is tried again. */
  readonly retryMaxMs: number;
}

const FIRST_RETRY_MS = 1_000;

interface Judged {
  readonly fingerprint: string;
  readonly at: number;
  readonly problem: string | undefined;
  /** How often it has failed in a row. */
  readonly failures: number;
}

/**
 * Verdicts as External Secrets comes to them: what works is looked at again after minutes, what fails after pauses that double,
 * and both when something in the cluster changes (a restart, an annotation). A change in AWS alone is seen late.
 * Source: external-secrets, `pkg/controllers/secretstore/common.go`: a failing store is an error of its reconciliation, which
 * the controller's rate limiter puts off.
 */
export class Verdicts {
  readonly #judged = new Map<string, Judged>();
  readonly #settings: Recheck;
  readonly #now: () => number;

  constructor(settings: Recheck, now: () => number = Date.now) {
    this.#settings = settings;
    this.#now = now;
  }

  /** What is wrong, if anything, as found now or not long ago. */
  async of({ key, fingerprint, judge }: Question): Promise<string | undefined> {
    const known = this.#judged.get(key);
    const isSame = known?.fingerprint === fingerprint;
    if (isSame && this.#now() - known.at < this.#pauseAfter(known)) return known.problem;
    const problem = await judge();
    const failures = problem === undefined ? 0 : 1 + (isSame ? known.failures : 0);
    this.#judged.set(key, { fingerprint, at: this.#now(), problem, failures });
    return problem;
  }

  #pauseAfter({ failures }: Judged): number {
    const { recheckMs, retryMaxMs } = this.#settings;
    return failures === 0 ? recheckMs : Math.min(FIRST_RETRY_MS * 2 ** (failures - 1), retryMaxMs);
  }
}
