/** What has to be removed again, last made first. */

/** One thing that was made. */
export interface CleanUp {
  readonly what: string;
  /** The command that removes it by hand. */
  readonly byHand: string;
  /** Of this process, not of AWS: it ends also when everything else is kept. */
  readonly isOfProcess?: true;
  /** Removes it. That it is gone already is fine. */
  readonly undo: () => Promise<void>;
}

/** How long something was there. */
export interface Lived {
  readonly what: string;
  readonly seconds: number;
  /** Whether it is gone now. */
  readonly isGone: boolean;
}

/** Something that could not be removed. */
export interface Leftover {
  readonly what: string;
  readonly byHand: string;
  readonly why: string;
}

export interface CleanUpSettings {
  /** How often each is tried. */
  readonly attempts: number;
  readonly pauseMs: number;
  /** How long one attempt may take. */
  readonly boundMs: number;
}

/** A cluster takes a quarter of an hour to go. */
const SETTINGS: CleanUpSettings = { attempts: 3, pauseMs: 5_000, boundMs: 1_800_000 };

/** A stack of clean-ups. They run whatever happened before, each whatever became of the others. */
export class CleanUps {
  readonly #stack: (CleanUp & { readonly since: number })[] = [];
  readonly #lived: Lived[] = [];
  readonly #settings: CleanUpSettings;

  constructor(settings: Partial<CleanUpSettings> = {}) {
    this.#settings = { ...SETTINGS, ...settings };
  }

  /** Before the thing is made: a call that seems to fail may have made it all the same. */
  add(cleanUp: CleanUp): void {
    this.#stack.push({ ...cleanUp, since: performance.now() });
  }

  /** Leaves everything, but for what is of this process, and lists it in the order in which it would go. */
  async keep(): Promise<readonly Leftover[]> {
    const all = this.#stack.toReversed();
    for (const { isOfProcess, undo } of all) if (isOfProcess === true) await undo();
    return all
      .filter(({ isOfProcess }) => isOfProcess !== true)
      .map(({ what, byHand }) => ({ what, byHand, why: 'kept' }));
  }

  /** Removes all, and tells what is left. A second call does only what was added since. */
  async run(log: (line: string) => void): Promise<readonly Leftover[]> {
    const left: Leftover[] = [];
    for (let cleanUp = this.#stack.pop(); cleanUp !== undefined; cleanUp = this.#stack.pop()) {
      const { what, byHand } = cleanUp;
      log(`removing ${what}`);
      const why = await this.#remove(cleanUp);
      const seconds = (performance.now() - cleanUp.since) / 1000;
      this.#lived.push({ what, seconds, isGone: why === undefined });
      if (why === undefined) continue;
      log(`could not remove ${what}: ${why}`);
      left.push({ what, byHand, why });
    }
    return left;
  }

  /** How long each thing was there that a run of this has come to. */
  get lived(): readonly Lived[] {
    return this.#lived;
  }

  /** Why it is still there, if so. */
  async #remove({ undo }: CleanUp): Promise<string | undefined> {
    const { attempts, pauseMs, boundMs } = this.#settings;
    let why = '';
    for (let attempt = 1; attempt <= attempts; attempt += 1) {
      if (attempt > 1) await pause(pauseMs);
      try {
        await bounded(undo(), boundMs);
        return undefined;
      } catch (error) {
        why = error instanceof Error ? error.message : String(error);
      }
    }
    return why;
  }
}

function pause(ms: number): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<undefined>();
  setTimeout(() => {
    resolve(undefined);
  }, ms);
  return promise;
}

/** Fails when time is up; what was begun goes on alone. */
async function bounded(work: Promise<void>, ms: number): Promise<void> {
  const { promise: over, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    reject(new Error(`it took longer than ${ms / 1000} s`));
  }, ms);
  try {
    await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
  }
}
