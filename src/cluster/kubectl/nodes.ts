/** Reads of the nodes what decides whether the EKS Pod Identity agent can serve them: one kubectl process. */
import { Failure } from '../../model/failure.ts';
import type { ClusterNode } from '../../model/evidence.ts';
import type { Kubectl } from './kubectl.ts';
import { nonEmpty, rowTemplate, rows } from './rows.ts';

const NODE = {
  name: '.metadata.name',
  os: '.metadata.labels.kubernetes\\.io/os',
  computeType: '.metadata.labels.eks\\.amazonaws\\.com/compute-type',
};

const ARGS: readonly string[] = ['get', 'nodes', '--output', rowTemplate(NODE)];

/** All nodes; undefined when the job may not list them. */
export async function readNodes(kubectl: Kubectl): Promise<readonly ClusterNode[] | undefined> {
  try {
    return rows(await kubectl.read('list the nodes', ARGS), NODE).map((row) => {
      const computeType = nonEmpty(row('computeType'));
      return { name: row('name'), os: row('os'), ...(computeType !== undefined && { computeType }) };
    });
  } catch (error) {
    if (error instanceof Failure && error.reason === 'access-denied') return undefined;
    throw error;
  }
}
