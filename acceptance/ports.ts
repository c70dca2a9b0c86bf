/** What differs between the real AWS and the sandbox: all of it is handed in. */

/** Access keys, as the SDK has them. */
export interface AwsKeys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
  readonly expiration?: Date;
}

export interface Ports {
  readonly region: string;
  /** `AWS_ENDPOINT_URL` of the sandbox; undefined for AWS itself. */
  readonly endpoint: string | undefined;
  /** Of whoever runs the script. */
  readonly credentials: () => Promise<AwsKeys>;
  readonly cluster: ClusterPort;
  /** Paths of the programs, or their names on the PATH. */
  readonly kubectl: string;
  readonly helm: string;
  readonly action: ActionPort;
  /** Whether pods really run what is in them. */
  readonly runsContainers: boolean;
  /** A directory for this run alone, readable by nobody else. */
  readonly dir: string;
}

/** Where the cluster comes from. */
export interface ClusterPort {
  /** What is made, what it costs, in a sentence each. Empty for a cluster that is there. */
  readonly announcement: readonly string[];
  /** The command that removes by hand what `have` makes; undefined where it makes nothing. */
  readonly byHand: string | undefined;
  /** Makes the cluster, or looks that the named one may be used. Fails when it may not. */
  have(): Promise<void>;
  remove(): Promise<void>;
}

/** How the built action is run. */
export interface ActionPort {
  /** Inputs besides those of a scene: where its programs are. */
  readonly inputs: Readonly<Record<string, string>>;
  /** Variables besides those that the script sets: proxies, certificates. */
  readonly env: Readonly<Record<string, string>>;
  /** Directories before the PATH of the runner. */
  readonly path: readonly string[];
  readonly toolCache: string;
}
