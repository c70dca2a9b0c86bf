/** A right that a call needs in the cluster. */

export interface RbacRule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
  /** Paths of the API server itself; such a rule has no API groups and no resources. */
  readonly nonResourceURLs?: readonly string[];
  /** Where it must hold. Host namespaces come and go, hence `cluster` for all that is read or restarted in them. */
  readonly scope: 'cluster' | 'space-namespace' | 'kube-system';
}
