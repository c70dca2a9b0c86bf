/** How helm's room reaches the Secrets that its records are kept in: kubectl's does it. */

/** Secrets of the cluster, as JSON. */
export interface ReleaseSecrets {
  /** Empty when there is none. */
  read(namespace: string, name: string): Promise<string>;
  /** Does nothing to one that somebody has changed, or taken away, since it was read. */
  replace(namespace: string, name: string, secret: string): Promise<void>;
}
