/** What a SharedExternalSecret reads, and from which store. */
import type { Find, RemoteRef, SharedExternalSecret, SharedSecretStore, StoreRef } from './types.ts';

/** One thing that a SharedExternalSecret reads. */
export interface Reference {
  /** Where it stands, for instance `spec.data[0]`. */
  readonly place: string;
  readonly storeRef: StoreRef;
  readonly what: { readonly get: RemoteRef } | { readonly extract: RemoteRef } | { readonly find: Find };
}

/** All that a secret reads, in order. Its own store counts where an entry names none; generators read nothing. */
export function referencesOf(secret: SharedExternalSecret): readonly Reference[] {
  const { data = [], dataFrom = [], secretStoreRef = {} } = secret.spec?.externalSecretSpec ?? {};
  const single = data.map(({ remoteRef, sourceRef }, index): Reference => ({
    place: `spec.data[${index}]`,
    storeRef: sourceRef?.storeRef ?? secretStoreRef,
    what: { get: remoteRef },
  }));
  const whole = dataFrom.flatMap(({ extract, find, sourceRef }, index): Reference[] => {
    const place = `spec.dataFrom[${index}]`;
    const storeRef = sourceRef?.storeRef ?? secretStoreRef;
    if (sourceRef?.generatorRef !== undefined) return [];
    if (extract !== undefined) return [{ place, storeRef, what: { extract } }];
    return find === undefined ? [] : [{ place, storeRef, what: { find } }];
  });
  return [...single, ...whole];
}

/**
 * The store that a reference means: in the control plane a SharedSecretStore is a ClusterSecretStore, under its name or the one
 * that it chooses. A reference without kind means a SecretStore, which the Space makes none of.
 */
export function storeOf(
  { name = '', kind = 'SecretStore' }: StoreRef,
  stores: readonly SharedSecretStore[],
): SharedSecretStore | undefined {
  if (kind !== 'ClusterSecretStore') return undefined;
  return stores.find((store) => (store.spec?.secretStoreName ?? store.metadata?.name) === name);
}
