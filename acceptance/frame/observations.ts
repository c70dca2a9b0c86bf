/** What a run has seen of each fact. */
import type { Fact } from '../facts/fact.ts';

export type Verdict = 'as assumed' | 'other' | 'not seen';

export interface FactResult<Id extends string = string> {
  readonly id: Id;
  readonly verdict: Verdict;
  /** What was seen, or why nothing was. */
  readonly seen: readonly string[];
}

/** Gathers what is seen of a list of facts. */
export class Observations<Id extends string> {
  readonly #seen = new Map<Id, { asAssumed: boolean; text: string }[]>();
  readonly #why = new Map<Id, string>();
  readonly #facts: readonly (Fact & { readonly id: Id })[];

  constructor(facts: readonly (Fact & { readonly id: Id })[]) {
    this.#facts = facts;
  }

  /** Something was seen of a fact; it may be seen more than once. */
  see(id: Id, asAssumed: boolean, text: string): void {
    const all = this.#seen.get(id) ?? [];
    if (all.some((one) => one.asAssumed === asAssumed && one.text === text)) return;
    this.#seen.set(id, [...all, { asAssumed, text }]);
  }

  /** Nothing can be seen of it, or not this time. */
  miss(id: Id, why: string): void {
    this.#why.set(id, why);
  }

  /** One row for each fact, in the order of the list. What was other once is other. */
  report(): readonly FactResult<Id>[] {
    return this.#facts.map(({ id }): FactResult<Id> => {
      const all = this.#seen.get(id);
      if (all === undefined)
        return { id, verdict: 'not seen', seen: [this.#why.get(id) ?? 'the run did not come that far'] };
      const other = all.filter(({ asAssumed }) => !asAssumed);
      const shown = other.length > 0 ? other : all;
      return {
        id,
        verdict: other.length > 0 ? 'other' : 'as assumed',
        seen: shown.map(({ text }) => text),
      };
    });
  }
}
