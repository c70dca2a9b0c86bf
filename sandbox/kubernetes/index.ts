export type { Binaries, Cluster, ClusterOptions } from './types.ts';
export { ensureBinaries } from './binaries.ts';
export { startCluster } from './cluster.ts';
