/** What is gone already needs no removing. */

const GONE = /^(NoSuchEntity|ResourceNotFound|NotFound|ParameterNotFound)/;

/** Waits for a removal; that the thing is not there is fine. */
export async function goneIsFine(removal: Promise<unknown>): Promise<void> {
  try {
    await removal;
  } catch (error) {
    if (!(error instanceof Error && GONE.test(error.name))) throw error;
  }
}
