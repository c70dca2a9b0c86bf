/** What control planes read through their stores: the SharedExternalSecrets of the Space. */
import type { Json } from './json.ts';

/** One thing that a SharedExternalSecret reads through the store of this name in the control plane. */
export type SecretRead =
  /** The value under a key, or its tags alone (`metadataPolicy: Fetch`). */
  | { readonly kind: 'value' | 'tags'; readonly store: string; readonly key: string }
  /** Whatever is found by name, path or tags. */
  | { readonly kind: 'find'; readonly store: string };

export interface SharedSecret {
  readonly group: string;
  readonly name: string;
  /** The secret's own selection of control planes, as written. */
  readonly selector: Json;
  /** Names of the control planes that it got into. */
  readonly provisioned: readonly string[];
  readonly failed: readonly { readonly controlPlane: string }[];
  /** The status is about an older version of the secret. */
  readonly stale: boolean;
  readonly reads: readonly SecretRead[];
}

/** The job may not list them, the Space has no such resource, or nothing depends on them here. */
export interface UnreadSecrets {
  readonly kind: 'unreadable';
  readonly why: string;
}

/** Those of the whole Space. */
export type SharedSecrets = { readonly kind: 'read'; readonly all: readonly SharedSecret[] } | UnreadSecrets;

/** Those of one control plane. */
export type SecretsView =
  | {
      readonly kind: 'read';
      readonly selected: readonly SharedSecret[];
      /** Those of which it can't be told whether they select the control plane. */
      readonly possible: readonly SharedSecret[];
    }
  | UnreadSecrets;
