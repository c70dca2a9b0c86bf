/** Whether anything may live on what the controller's pods carry now. */
import type { Host, SecretStore } from '../model/host.ts';

/** External Secrets could not find out. */
const NOT_VALIDATED = 'ValidationUnknown';

/** Only stores of AWS use the pods' identity: where none selects the control plane, or Spaces says that each of them fails, nobody can lose it. */
export function livesOnItsPods({ stores, possibleStores, inStores }: Host): boolean {
  return possibleStores.length > 0 || stores.some((store) => !hasFailed(store, inStores.name));
}

function hasFailed({ failed, stale }: SecretStore, controlPlane: string): boolean {
  const failure = failed.find((one) => one.controlPlane === controlPlane);
  return failure !== undefined && stale !== true && failure.reasons?.includes(NOT_VALIDATED) !== true;
}
