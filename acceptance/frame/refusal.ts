/** What AWS says when it refuses. */

export interface Refusal {
  readonly name: string;
  readonly message: string;
  readonly status?: number;
}

/** What came of a call: one of the two. */
export interface Outcome<T> {
  readonly answer?: T;
  readonly refusal?: Refusal;
}

/** The answer of a call, or its refusal. What is no answer of AWS is thrown on. */
export async function outcomeOf<T>(call: Promise<T>): Promise<Outcome<T>> {
  try {
    return { answer: await call };
  } catch (error) {
    const refusal = readRefusal(error);
    if (refusal === undefined) throw error;
    return { refusal };
  }
}

/** The refusal of a call; undefined when it went through. */
export async function refusalOf(call: Promise<unknown>): Promise<Refusal | undefined> {
  return (await outcomeOf(call)).refusal;
}

/** The code as AWS names it, whatever `Exception` at its end the SDK gives or takes away. */
export function isRefusal(refusal: Refusal | undefined, name: string, words: RegExp = /(?:)/): boolean {
  if (refusal === undefined) return false;
  return bare(refusal.name) === bare(name) && words.test(refusal.message);
}

const bare = (name: string): string => name.replace(/(Exception|Fault)$/, '');

export function refusalText(refusal: Refusal | undefined): string {
  return refusal === undefined ? 'it was not refused' : `${refusal.name}: ${refusal.message}`;
}

function readRefusal(error: unknown): Refusal | undefined {
  if (!(error instanceof Error) || !('$metadata' in error)) return undefined;
  const { $metadata: metadata } = error;
  const status =
    typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
      ? metadata.httpStatusCode
      : undefined;
  return {
    name: error.name,
    message: error.message,
    ...(typeof status === 'number' && { status }),
  };
}
