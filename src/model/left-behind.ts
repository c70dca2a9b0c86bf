/** What earlier runs made for this cluster under names that the inputs no longer give: another `role-name` or `service-account`. */
import type { Association, Role, Tags } from './world.ts';

export interface LeftBehind {
  /** They carry this action's marks for this cluster. */
  readonly roles: readonly Role[];
  /** Associations in host namespaces with other service accounts, whoever made them. */
  readonly associations: readonly Association[];
  /** Why roles of other names could not be looked for, or not all of them. */
  readonly unread?: string;
}

/** What tells roles that this action has made for a cluster from all others of the account. */
export interface OtherRolesQuery {
  /** The name of the one that is known. */
  readonly except: string;
  /** Their trust policies hold one of these texts. */
  readonly trustHolds: readonly string[];
  /** They carry all of these. */
  readonly tags: Tags;
}

export interface OtherAssociationsQuery {
  /** The service account whose associations are known. */
  readonly except: string;
  /** The namespaces to look at. */
  readonly takes: (namespace: string) => boolean;
}
