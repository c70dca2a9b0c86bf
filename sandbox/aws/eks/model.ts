/** Clusters, associations, add-ons and access entries as EKS keeps them. */
import type { JWK } from 'jose';
import type { Tags } from '../iam/model.ts';

/** A cluster as a test lays it out. */
export interface NewCluster {
  name: string;
  /** URL of the API server. */
  endpoint: string;
  caPem: string;
  /** OIDC issuer, https://oidc.eks.REGION.../id/HEX; absent for a cluster that has none yet. */
  issuer?: string;
  /** Public keys that sign service account tokens. */
  publicKeys: JWK[];
  version?: string;
  platformVersion?: string;
  status?: 'ACTIVE' | 'CREATING' | 'UPDATING' | 'FAILED' | 'DELETING' | 'PENDING';
  /** EKS Auto Mode, which has the Pod Identity Agent built in. */
  autoMode?: boolean;
  /** Id of a cluster on Outposts. */
  id?: string;
  authenticationMode?: 'API' | 'API_AND_CONFIG_MAP' | 'CONFIG_MAP';
  endpointPublicAccess?: boolean;
  endpointPrivateAccess?: boolean;
  publicAccessCidrs?: string[];
  tags?: Tags;
}

export interface Cluster extends NewCluster {
  arn: string;
  version: string;
  createdAt: number;
  tags: Tags;
  /** Access entries: who a principal is inside the cluster, by the ARN of the user or role. */
  accessEntries: Map<string, AccessEntry>;
  addons: Map<string, Addon>;
  associations: Map<string, Association>;
  /** The last deleted association of each (namespace, service account). */
  deleted: Map<string, { association: Association; at: number }>;
  /** By id, each association as it was before its last change. */
  before: Map<string, Association>;
  /** Answered clientRequestTokens: the request they came with, and the id of what it made. */
  requestTokens: Map<string, { request: string; id: string }>;
}

export interface AccessEntry {
  username: string;
  groups: string[];
}

export interface Addon {
  addonName: string;
  addonVersion: string;
  arn: string;
  /** The add-on leaves CREATING `settings.addonActivationMs` after this moment. */
  createdAt: number;
  /** Set by hand; otherwise it follows from the age. */
  status?: string;
  issues: { code: string; message: string }[];
  tags: Tags;
}

/** A Pod Identity association. */
export interface Association {
  clusterName: string;
  namespace: string;
  serviceAccount: string;
  roleArn: string;
  associationArn: string;
  associationId: string;
  tags: Tags;
  createdAt: number;
  modifiedAt: number;
  disableSessionTags: boolean;
  ownerArn?: string;
  targetRoleArn?: string;
  externalId?: string;
  policy?: string;
}
