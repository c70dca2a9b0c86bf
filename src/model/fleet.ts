/** A fleet: the EKS clusters of several accounts and regions, what is asked for of them, and what was found. */
import type { SignIn } from './config.ts';
import type { Failure } from './failure.ts';
import type { Caller, Tags } from './world.ts';

/** The inputs of `fleet/action.yml`. */
export interface FleetConfig {
  readonly regions: readonly string[];
  /** ARNs, one an account. None: the credentials that the job has. */
  readonly roles: readonly string[];
  /** A cluster must have them all, with these values. */
  readonly tags: Tags;
  /** Globs of cluster names; none means every name. */
  readonly globs: readonly string[];
  /** Name of the later jobs' role, perhaps with its path: `ci/spaces-check`. */
  readonly laterRole: string | undefined;
  readonly signIn: Omit<SignIn, 'roleToAssume' | 'allowedAccountIds'>;
}

/** A cluster as EKS describes it. */
export interface FoundCluster {
  readonly name: string;
  readonly arn: string;
  readonly region: string;
  readonly account: string;
  readonly partition: string;
  /** As EKS says: `ACTIVE`, `CREATING`, `UPDATING`, `DELETING`, `FAILED`, `PENDING`. */
  readonly status: string;
  /** Kubernetes minor, e.g. `1.35`. */
  readonly version: string;
  readonly tags: Tags;
}

/** What the search may ask of EKS in one account and region. Every method throws a Failure and nothing else. */
export interface FleetReader {
  /** All names, of all pages. */
  clusterNames(): Promise<readonly string[]>;
  /** Undefined when there is no cluster of that name (any more). */
  describedCluster(name: string): Promise<FoundCluster | undefined>;
}

/** One account, signed in to. */
export interface AccountSession {
  readonly caller: Caller;
  readonly readerIn: (region: string) => FleetReader;
}

/** Signs in to an account, by STS in a region. Without a role: with the credentials that the job has. */
export type AccountSignIn = (role: string | undefined, region: string) => Promise<AccountSession>;

/** What could not be looked at. An empty region stands for all of an account, an empty cluster for all of a region. */
export interface Refusal {
  readonly account: string;
  readonly region: string;
  readonly cluster: string;
  readonly failure: Failure;
}

/** What was seen of one account. */
export interface AccountView {
  /** The role by which it was found; undefined for the credentials that the job has. */
  readonly role: string | undefined;
  readonly clusters: readonly FoundCluster[];
  readonly refusals: readonly Refusal[];
  /** How many regions were listed, and clusters looked at, whatever came of it. */
  readonly looks: number;
}
