/** What the questions of this folder share: service accounts, a pod, roles of their own. */
import {
  CreatePodIdentityAssociationCommand,
  type CreatePodIdentityAssociationCommandInput,
  type PodIdentityAssociation,
  UpdatePodIdentityAssociationCommand,
  type UpdatePodIdentityAssociationCommandInput,
} from '@aws-sdk/client-eks';
import { createClusterReader } from '../../sandbox/external-secrets/cluster.ts';
import { associationCleanUp } from '../make/cluster-things.ts';
import { MARK } from '../make/names.ts';
import { makeRole } from '../make/roles.ts';
import type { SceneContext } from '../scenes/scene-context.ts';
import type { Place } from '../run-context.ts';
import { IMAGE } from '../steps/space.ts';

/** Each question has a service account of its own: what one makes is not in another's way. */
const ACCOUNTS = [
  'refused',
  'edited',
  'freed',
  'listed',
  'injected',
  'annotated',
  'served',
  'web',
  'stranger',
] as const;
export type Account = (typeof ACCOUNTS)[number];

export interface ProbeContext extends SceneContext {
  /** A role that trusts EKS Pod Identity for this cluster, in all its namespaces. */
  readonly podRole: string;
  /** Another one. */
  readonly otherPodRole: string;
}

export async function prepareProbes(context: SceneContext): Promise<ProbeContext> {
  const { place, inside } = context;
  const namespace = place.names.namespace;
  await inside.client.apply(
    ACCOUNTS.map((name) => ({
      apiVersion: 'v1',
      kind: 'ServiceAccount',
      metadata: { name, namespace, labels: { [MARK]: 'true' } },
    })),
  );
  const podRole = await makeRole(place, 'pods', trustInPods(place));
  const otherPodRole = await makeRole(place, 'other-pods', trustInPods(place));
  return { ...context, podRole, otherPodRole };
}

export function trustInPods({ account, cluster }: Place): object {
  return {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { Service: 'pods.eks.amazonaws.com' },
        Action: ['sts:AssumeRole', 'sts:TagSession'],
        Condition: {
          StringEquals: { 'aws:SourceAccount': account },
          ArnEquals: { 'aws:SourceArn': cluster.arn },
        },
      },
    ],
  };
}

type Wanted = Omit<Partial<CreatePodIdentityAssociationCommandInput>, 'clusterName'> & {
  readonly serviceAccount: Account;
};

/** Makes an association, and has it removed at the end. */
export async function associate(probeContext: ProbeContext, wanted: Wanted): Promise<PodIdentityAssociation> {
  const { place, podRole } = probeContext;
  const { association } = await place.aws.eks.send(
    new CreatePodIdentityAssociationCommand({
      clusterName: place.clusterName,
      namespace: place.names.namespace,
      roleArn: podRole,
      tags: { [MARK]: place.clusterName },
      ...wanted,
    }),
  );
  place.cleanUps.add(associationCleanUp(place, association?.associationId ?? ''));
  return association ?? {};
}

type Change = Omit<UpdatePodIdentityAssociationCommandInput, 'clusterName'>;

export async function change({ place }: ProbeContext, wanted: Change): Promise<PodIdentityAssociation> {
  const { aws, clusterName } = place;
  const request = new UpdatePodIdentityAssociationCommand({ clusterName, ...wanted });
  return (await aws.eks.send(request)).association ?? {};
}

export function tokenOf(
  { place, inside }: ProbeContext,
  serviceAccount: Account,
  audience: string,
): Promise<string> {
  const request = { namespace: place.names.namespace, serviceAccount, audiences: [audience] };
  return createClusterReader(inside.client.kubeConfig).token(request);
}

/** A pod of a service account, as the API server takes it. */
export const podOf = ({ place }: ProbeContext, serviceAccount: Account, name: string) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, namespace: place.names.namespace, labels: { [MARK]: 'true' } },
  spec: {
    serviceAccountName: serviceAccount,
    terminationGracePeriodSeconds: 1,
    containers: [{ name: 'probe', image: IMAGE, command: ['sleep', 'infinity'] }],
  },
});

const reads = (resource: string): object => ({
  Effect: 'Allow',
  Action: 'secretsmanager:GetSecretValue',
  Resource: resource,
});

/** A session policy for reads of one prefix; `padding`: blanks in it that mean nothing. */
export function sessionPolicy({ place }: ProbeContext, padding = 0): string {
  const { account, partition, ports, names } = place;
  const resource = `arn:${partition}:secretsmanager:${ports.region}:${account}:secret:${names.secrets}*`;
  const text = JSON.stringify({ Version: '2012-10-17', Statement: [reads(resource)] });
  return `${text.slice(0, -1)}${' '.repeat(padding)}}`;
}
