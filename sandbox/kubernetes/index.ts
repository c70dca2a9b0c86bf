/** What others use of the cluster: its start, its client and the types of its objects. */
export type { V1Deployment, V1Pod } from '@kubernetes/client-node';
export type { Binaries, Cluster, ClusterOptions } from './types.ts';
export type { Client } from './client.ts';
export type { Registry, RegistryOptions } from './registry.ts';
export { createClient } from './client.ts';
export { startRegistry } from './registry.ts';
export { ensureBinaries } from './binaries.ts';
export type { ApiAnswer, ApiFront } from './front.ts';
export { startApiFront } from './front.ts';
export { startCluster } from './cluster.ts';
