/** Brings a finished directory to its place. */
import { access, rename } from 'node:fs/promises';

/** Another process may have made the same meanwhile; then its result stays. */
export async function putInPlace(draft: string, target: string): Promise<void> {
  try {
    await rename(draft, target);
  } catch (error) {
    if (!(await exists(target))) {
      throw error;
    }
  }
}

export async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
