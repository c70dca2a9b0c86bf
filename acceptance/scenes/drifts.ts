/** One thing that somebody changes by hand, for each scene another. */
import {
  DeletePodIdentityAssociationCommand,
  UpdatePodIdentityAssociationCommand,
} from '@aws-sdk/client-eks';
import { PutRolePolicyCommand, UpdateAssumeRolePolicyCommand } from '@aws-sdk/client-iam';
import { associationsOf } from '../make/cluster-things.ts';
import { trustInThisRun } from '../make/roles.ts';
import type { Place } from '../run-context.ts';
import type { Scene } from './scene.ts';
import type { SceneContext } from './scene-context.ts';

/** The inline policy that the action writes. */
const POLICY = 'spaces-workload-identity';

export async function makeDrift({ place }: SceneContext, { identity, isolation }: Scene): Promise<void> {
  if (isolation === 'role-policy') await openPolicy(place);
  else if (identity === 'irsa') await openTrust(place);
  else await changeAssociation(place, isolation === 'session-policy');
}

async function openPolicy({ aws, names }: Place): Promise<void> {
  const statement = { Effect: 'Allow', Action: 'secretsmanager:GetSecretValue', Resource: '*' };
  await aws.iam.send(
    new PutRolePolicyCommand({
      RoleName: names.workloadRole,
      PolicyName: POLICY,
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
    }),
  );
}

async function openTrust(place: Place): Promise<void> {
  await place.aws.iam.send(
    new UpdateAssumeRolePolicyCommand({
      RoleName: place.names.workloadRole,
      PolicyDocument: JSON.stringify(trustInThisRun(place)),
    }),
  );
}

async function changeAssociation(place: Place, takesPolicy: boolean): Promise<void> {
  const { aws, clusterName } = place;
  const [associationId] = await associationsOf(place);
  const which = { clusterName, associationId };
  if (takesPolicy) await aws.eks.send(new UpdatePodIdentityAssociationCommand({ ...which, policy: '' }));
  else await aws.eks.send(new DeletePodIdentityAssociationCommand(which));
}
