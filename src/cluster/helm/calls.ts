/** What RBAC must grant for each method of the Helm adapter: the published permission files are made from it. */
import type { HelmReader, HelmWriter } from '../../model/ports.ts';
import type { RbacRule } from '../rbac-rule.ts';

/** Helm keeps its records in Secrets of the release's namespace: the last one is found by a list, one revision by a get. */
export const HELM_READS: Readonly<Record<keyof HelmReader, readonly RbacRule[]>> = {
  release: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list'], scope: 'space-namespace' }],
};

/**
 * An upgrade applies every object of the Spaces chart, cluster roles among them, and RBAC lets a user grant only what the
 * user has. That comes to all rights: no smaller set is sure to be enough for the next version of the chart.
 */
export const HELM_WRITES: Readonly<Record<keyof HelmWriter, readonly RbacRule[]>> = {
  // The registry is asked, and what the job may do: that, every user who is signed in may ask (system:basic-user).
  prepare: [],
  upgrade: [
    { apiGroups: ['*'], resources: ['*'], verbs: ['*'], scope: 'cluster' },
    { apiGroups: [], resources: [], nonResourceURLs: ['*'], verbs: ['*'], scope: 'cluster' },
  ],
};
