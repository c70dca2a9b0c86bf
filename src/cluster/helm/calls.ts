/** What each method of the Helm adapters needs of RBAC. */
import type { RbacRule } from '../kubectl/calls.ts';
import type { HelmReader, HelmWriter } from '../../model/ports.ts';

/** Helm keeps its records in Secrets of the release's namespace: the last one is found by a list, one revision by a get. */
export const HELM_READS: Readonly<Record<keyof HelmReader, readonly RbacRule[]>> = {
  release: [{ apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list'], scope: 'space-namespace' }],
};

/**
 * An upgrade applies every object of the Spaces chart, cluster roles among them, and RBAC lets nobody grant what he does
 * not have. That comes to all rights; there is no smaller set that holds for the next version of the chart.
 */
export const HELM_WRITES: Readonly<Record<keyof HelmWriter, readonly RbacRule[]>> = {
  upgrade: [
    { apiGroups: ['*'], resources: ['*'], verbs: ['*'], scope: 'cluster' },
    { apiGroups: [], resources: [], nonResourceURLs: ['*'], verbs: ['*'], scope: 'cluster' },
  ],
};
