/** How AWS denies, and which permissions an association needs. */
import {
  CreatePodIdentityAssociationCommand,
  DescribeAddonCommand,
  ListAddonsCommand,
} from '@aws-sdk/client-eks';
import { GetRoleCommand } from '@aws-sdk/client-iam';
import { AssumeRoleCommand } from '@aws-sdk/client-sts';
import { isRefusal, outcomeOf, refusalOf, refusalText } from '../frame/refusal.ts';
import { until } from '../frame/until.ts';
import { type AwsClients, clientsFor, credentialsIn } from '../make/clients.ts';
import { associationCleanUp } from '../make/cluster-things.ts';
import { MARK } from '../make/names.ts';
import { EXTERNAL_ID, makeRole, trustInThisRun } from '../make/roles.ts';
import type { Account, ProbeContext } from './probe-context.ts';

const DENIAL = /is not authorized to perform: \S+ on resource: .+ because no identity-based policy allows/;
/** One that nobody has here. */
const ADD_ON = 'aws-mountpoint-s3-csi-driver';

/** All that making an association was seen to need, but for `iam:GetRole`. */
function callerPolicy(podRole: string, clusterArn: string, actions: readonly string[]): object {
  const associations = clusterArn.replace(':cluster/', ':podidentityassociation/');
  return {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: actions, Resource: [clusterArn, `${associations}/*`] },
      { Effect: 'Allow', Action: 'iam:PassRole', Resource: podRole },
    ],
  };
}

export async function seeDenials(probeContext: ProbeContext): Promise<void> {
  const { place, podRole } = probeContext;
  const { facts, recorder, clusterName, names } = place;
  const policy = callerPolicy(podRole, place.cluster.arn, [
    'eks:CreatePodIdentityAssociation',
    'eks:TagResource',
  ]);
  const arn = await makeRole(place, 'caller', trustInThisRun(place), policy);
  const caller = await callerOf(probeContext, arn);
  const byIam = await refusalOf(caller.iam.send(new GetRoleCommand({ RoleName: names.role('caller') })));
  facts.see('denied-by-iam', isRefusal(byIam, 'AccessDenied', DENIAL), refusalText(byIam));
  const byEks = await refusalOf(caller.eks.send(new ListAddonsCommand({ clusterName })));
  const isByEks = byEks?.name === 'AccessDeniedException' && DENIAL.test(byEks.message);
  facts.see('denied-by-eks', isByEks, refusalText(byEks));
  const addOn = await refusalOf(
    caller.eks.send(new DescribeAddonCommand({ clusterName, addonName: ADD_ON })),
  );
  const onPath = /on resource: arn:[\w-]+:eks:[^:]*:\d+:\/clusters\/[^/]+\/addons\//.test(
    addOn?.message ?? '',
  );
  facts.see('absent-add-on-path', onPath, refusalText(addOn));
  await recorder.record('refusals/denied', { byIam, byEks, addOn });
  await seeTagging(probeContext, arn);
  await seeGetRole(probeContext, caller);
}

const ASSUME_MS = 90_000;

async function callerOf({ place }: ProbeContext, arn: string, policy?: object): Promise<AwsClients> {
  const request = {
    RoleArn: arn,
    RoleSessionName: 'acceptance',
    ExternalId: EXTERNAL_ID,
    ...(policy !== undefined && { Policy: JSON.stringify(policy) }),
  };
  const { answer } = await until({
    boundMs: ASSUME_MS,
    signal: place.signal,
    attempt: () => outcomeOf(place.aws.sts.send(new AssumeRoleCommand(request))),
    isIt: ({ refusal }) => refusal === undefined,
  });
  return clientsFor(place.ports, credentialsIn(answer.answer?.Credentials));
}

async function tryAs({ place, podRole }: ProbeContext, caller: AwsClients, serviceAccount: Account) {
  const { clusterName, names, cleanUps } = place;
  const request = { clusterName, namespace: names.namespace, serviceAccount, roleArn: podRole };
  const tagged = { ...request, tags: { [MARK]: clusterName } };
  const made = await outcomeOf(caller.eks.send(new CreatePodIdentityAssociationCommand(tagged)));
  const id = made.answer?.association?.associationId;
  if (id !== undefined) cleanUps.add(associationCleanUp(place, id));
  return made.refusal;
}

async function seeTagging(probeContext: ProbeContext, arn: string): Promise<void> {
  const { place, podRole } = probeContext;
  const actions = ['eks:CreatePodIdentityAssociation'];
  const narrowed = await callerOf(probeContext, arn, callerPolicy(podRole, place.cluster.arn, actions));
  const refusal = await tryAs(probeContext, narrowed, 'stranger');
  await place.recorder.record('refusals/tags-need-tag-resource', refusal ?? 'not refused');
  const isIt = isRefusal(refusal, 'AccessDenied', /eks:TagResource/);
  place.facts.see('tags-need-tag-resource', isIt, refusalText(refusal));
}

/** A new role's policy may still be on its way: asked again until nothing else is lacking. */
async function seeGetRole(probeContext: ProbeContext, caller: AwsClients): Promise<void> {
  const { place } = probeContext;
  const { answer } = await until({
    boundMs: 60_000,
    signal: place.signal,
    attempt: () => tryAs(probeContext, caller, 'listed'),
    isIt: (refusal) => refusal === undefined || /iam:GetRole/.test(refusal.message),
  });
  await place.recorder.record('refusals/association-needs-get-role', answer ?? 'not refused');
  const isNeeded = /iam:GetRole/.test(answer?.message ?? '');
  const text = isNeeded ? 'it is needed' : 'it is not needed';
  const isEither = answer === undefined || isNeeded;
  place.facts.see('association-needs-get-role', isEither, isEither ? text : refusalText(answer));
}
