/** Answers that may be `unknown`, and how they are put together. */

export type Truth = 'yes' | 'no' | 'unknown';

/** Every part has to hold: one `no` decides, else one `unknown`. */
export function all(truths: readonly Truth[]): Truth {
  if (truths.includes('no')) return 'no';
  return truths.includes('unknown') ? 'unknown' : 'yes';
}

/** One part has to hold: one `yes` decides, else one `unknown`. */
export function any(truths: readonly Truth[]): Truth {
  return not(all(truths.map(not)));
}

/** The contrary. The contrary of `unknown` is `unknown`. */
export function not(truth: Truth): Truth {
  if (truth === 'unknown') return 'unknown';
  return truth === 'yes' ? 'no' : 'yes';
}

/** The answer of something that is known. */
export function truthOf(holding: boolean): Truth {
  return holding ? 'yes' : 'no';
}
