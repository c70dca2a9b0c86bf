/** The clusters of the account, and the ways in which a test lays them out. */
import { randomUUID } from 'node:crypto';
import { associationId } from '../ids.ts';
import type { Place } from '../iam/iam.ts';
import type { AccessEntry, Addon, Association, Cluster, NewCluster } from './model.ts';

export interface NewAssociation {
  namespace: string;
  serviceAccount: string;
  roleArn: string;
  tags?: Record<string, string>;
  disableSessionTags?: boolean;
  ownerArn?: string;
  targetRoleArn?: string;
  externalId?: string;
  policy?: string;
}

/** The key under which a service account's association is unique in a cluster. */
export function accountKey(namespace: string, serviceAccount: string): string {
  return `${namespace}/${serviceAccount}`;
}

/** What EKS holds. The methods are for tests that lay out clusters by hand; they check nothing. */
export class Eks {
  readonly place: Place;
  readonly clusters = new Map<string, Cluster>();
  readonly #now: () => number;

  constructor(place: Place, now: () => number) {
    this.place = place;
    this.#now = now;
  }

  arn(resource: string): string {
    const { partition, region, account } = this.place;
    return `arn:${partition}:eks:${region}:${account}:${resource}`;
  }

  addCluster(cluster: NewCluster): Cluster {
    const made: Cluster = {
      ...cluster,
      arn: this.arn(`cluster/${cluster.name}`),
      version: cluster.version ?? '1.34',
      createdAt: this.#now(),
      tags: cluster.tags ?? {},
      accessEntries: new Map(),
      addons: new Map(),
      associations: new Map(),
      deleted: new Map(),
      before: new Map(),
      requestTokens: new Map(),
    };
    this.clusters.set(cluster.name, made);
    return made;
  }

  cluster(name: string): Cluster {
    const cluster = this.clusters.get(name);
    if (cluster === undefined) throw new Error(`the stand-in has no cluster ${name}`);
    return cluster;
  }

  /** Lets a user or role (its exact ARN, with the path) into a cluster. */
  addAccessEntry(clusterName: string, principalArn: string, entry: AccessEntry): void {
    this.cluster(clusterName).accessEntries.set(principalArn, entry);
  }

  addAddon(clusterName: string, addon: { addonName: string; addonVersion?: string; status?: string }): Addon {
    const made: Addon = {
      addonName: addon.addonName,
      addonVersion: addon.addonVersion ?? 'v1.3.9-eksbuild.3',
      arn: this.arn(`addon/${clusterName}/${addon.addonName}/${randomUUID()}`),
      createdAt: this.#now(),
      issues: [],
      tags: {},
      ...(addon.status === undefined ? {} : { status: addon.status }),
    };
    this.cluster(clusterName).addons.set(addon.addonName, made);
    return made;
  }

  addAssociation(clusterName: string, association: NewAssociation): Association {
    const id = associationId();
    const made: Association = {
      ...association,
      clusterName,
      associationId: id,
      associationArn: this.arn(`podidentityassociation/${clusterName}/${id}`),
      tags: association.tags ?? {},
      disableSessionTags: association.disableSessionTags ?? false,
      createdAt: this.#now(),
      modifiedAt: this.#now(),
    };
    this.cluster(clusterName).associations.set(id, made);
    return made;
  }

  association(clusterName: string, namespace: string, serviceAccount: string): Association | undefined {
    const key = accountKey(namespace, serviceAccount);
    return [...(this.clusters.get(clusterName)?.associations.values() ?? [])].find(
      (candidate) => accountKey(candidate.namespace, candidate.serviceAccount) === key,
    );
  }
}
