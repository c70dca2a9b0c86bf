/** How helm's room reaches the Secrets that its records are kept in: kubectl's does it. */

/** Secrets of the cluster, as JSON. */
export interface ReleaseSecrets {
  /** Empty when there is none. */
  read(namespace: string, name: string): Promise<string>;
  /** Whether the job may replace them there; true also where the API server does not say. */
  mayReplace(namespace: string): Promise<boolean>;
  /** Does nothing to one that somebody has changed, or taken away, since it was read. */
  replace(namespace: string, name: string, secret: string): Promise<void>;
}
