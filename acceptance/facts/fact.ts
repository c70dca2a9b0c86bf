/** What a fact about the real AWS is here. */

/** Something that this action rests on, and that only the real AWS can settle. */
export interface Fact {
  readonly id: string;
  /** What the code and the sandbox take to be so. */
  readonly assumed: string;
  /** Where it matters. */
  readonly matters: readonly string[];
  /** How the script settles it. */
  readonly settled: string;
}
