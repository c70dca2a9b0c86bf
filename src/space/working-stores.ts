/** Whether a secret store may work with what the controller's pods carry now. */
import type { Host, SecretStore } from '../model/host.ts';

/** The reason of a store's condition: External Secrets could not find out, which proves nothing. */
export const NOT_VALIDATED = 'ValidationUnknown';

/** Only stores of AWS use the pods' identity. False where none selects the control plane, or Spaces says that each of them fails there. */
export function mayHaveWorkingStore({ stores, possibleStores, inStores }: Host): boolean {
  return possibleStores.length > 0 || stores.some((store) => !hasFailed(store, inStores.name));
}

function hasFailed({ failed, stale }: SecretStore, controlPlane: string): boolean {
  const failure = failed.find((one) => one.controlPlane === controlPlane);
  return failure !== undefined && stale !== true && failure.reasons?.includes(NOT_VALIDATED) !== true;
}
