/** The cluster's Pod Identity associations, as EKS has them and as someone changes them by hand. */
import type { Association } from '../../../sandbox/aws/eks/model.ts';
import type { Scene } from './scene.ts';

/** The cluster as EKS has it: associations, add-ons, access entries. */
export const eksCluster = ({ world }: Scene) => world.aws.eks.cluster(world.clusterName);

export const associationsOf = (scene: Scene): readonly Association[] => [
  ...eksCluster(scene).associations.values(),
];

/** The association of a host namespace. Throws when there is none. */
export function associationOf(scene: Scene, namespace: string): Association {
  const found = associationsOf(scene).find((association) => association.namespace === namespace);
  if (found === undefined) throw new Error(`there is no association for ${namespace}`);
  return found;
}

/** Changes an association by hand; a member set to undefined goes. As EKS has it, all but tags makes it a changed one. */
export function editAssociation(scene: Scene, namespace: string, change: Partial<Association>): void {
  const before = associationOf(scene, namespace);
  const isOther = Object.keys(change).some((key) => key !== 'tags');
  const association = { ...before, ...(isOther && { modifiedAt: Date.now() }), ...change };
  if (association.policy !== undefined && !association.disableSessionTags)
    throw new Error('EKS takes a session policy only with session tags off');
  eksCluster(scene).associations.set(association.associationId, association);
}
