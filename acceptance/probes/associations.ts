/** How EKS refuses, keeps and changes associations. */
import {
  DeletePodIdentityAssociationCommand,
  DescribePodIdentityAssociationCommand,
} from '@aws-sdk/client-eks';
import type { FactId } from '../facts/index.ts';
import { isRefusal, type Refusal, refusalOf, refusalText } from '../frame/refusal.ts';
import { until, waitedText } from '../frame/until.ts';
import { associationsOf } from '../make/cluster-things.ts';
import { makeRole, trustInThisRun } from '../make/roles.ts';
import {
  type Account,
  associate,
  change,
  type ProbeContext,
  sessionPolicy,
  trustInPods,
} from './probe-context.ts';

async function seeRefusal(
  { place }: ProbeContext,
  id: FactId,
  call: Promise<unknown>,
  isIt: (refusal: Refusal | undefined) => boolean,
): Promise<void> {
  const refusal = await refusalOf(call);
  await place.recorder.record(`refusals/${id}`, refusal ?? 'not refused');
  place.facts.see(id, isIt(refusal), refusalText(refusal));
}

const invalid =
  (words?: RegExp) =>
  (refusal: Refusal | undefined): boolean =>
    isRefusal(refusal, 'InvalidParameter', words);

export async function seeRefusedAssociations(probeContext: ProbeContext): Promise<void> {
  const { place, podRole } = probeContext;
  await seeNewRole(probeContext);
  const serviceAccount = 'refused';
  const absent = `${podRole}-absent`;
  const withAbsent = associate(probeContext, { serviceAccount, roleArn: absent });
  await seeRefusal(
    probeContext,
    'association-without-role',
    withAbsent,
    invalid(/role provided in the request does not exist/i),
  );
  await seeUntrusting(probeContext);
  const both = associate(probeContext, {
    serviceAccount,
    policy: sessionPolicy(probeContext),
    disableSessionTags: false,
  });
  await seeRefusal(probeContext, 'session-policy-with-tags', both, invalid());
  const blanks = { policy: sessionPolicy(probeContext, 2048), disableSessionTags: true };
  const padded = associate(probeContext, { serviceAccount, ...blanks });
  await seeRefusal(probeContext, 'session-policy-blanks', padded, (refusal) => refusal !== undefined);
  const made = await associateAnew(probeContext);
  await place.recorder.record('documents/association', made);
  const again = associate(probeContext, { serviceAccount });
  await seeRefusal(probeContext, 'association-twice', again, (refusal) =>
    isRefusal(refusal, 'ResourceInUse'),
  );
  const unchanged = change(probeContext, { associationId: made.associationId });
  await seeRefusal(probeContext, 'association-unchanged', unchanged, (refusal) => refusal !== undefined);
}

/** Unless EKS has taken one of those that it should have refused. */
async function associateAnew(probeContext: ProbeContext) {
  const [taken] = await associationsOf(probeContext.place, accountOf(probeContext, 'refused'));
  return taken === undefined
    ? await associate(probeContext, { serviceAccount: 'refused' })
    : await described(probeContext, taken);
}

const accountOf = ({ place }: ProbeContext, serviceAccount: Account) => ({
  namespace: place.names.namespace,
  serviceAccount,
});

const NEW_ROLE_MS = 120_000;

async function seeNewRole(probeContext: ProbeContext): Promise<void> {
  const { place } = probeContext;
  const roleArn = await makeRole(place, 'fresh', trustInPods(place));
  const waited = await until({
    boundMs: NEW_ROLE_MS,
    signal: place.signal,
    attempt: () => refusalOf(associate(probeContext, { serviceAccount: 'freed', roleArn })),
    isIt: (refusal) => refusal === undefined,
  });
  const text = waitedText(waited, NEW_ROLE_MS, refusalText(waited.answer));
  place.facts.see('role-seen-by-eks', waited.afterMs !== undefined, text);
  if (waited.afterMs !== undefined) await seeFreed(probeContext);
}

/** Of a role that EKS knows: until then it says that there is none. */
async function seeUntrusting(probeContext: ProbeContext): Promise<void> {
  const { place } = probeContext;
  const roleArn = await makeRole(place, 'untrusting', trustInThisRun(place));
  const isIt = invalid(/trust policy of the role provided is invalid/i);
  const { answer } = await until({
    boundMs: 30_000,
    signal: place.signal,
    attempt: () => refusalOf(associate(probeContext, { serviceAccount: 'refused', roleArn })),
    isIt: (refusal) => refusal === undefined || isIt(refusal),
  });
  await place.recorder.record('refusals/association-without-trust', answer ?? 'not refused');
  place.facts.see('association-without-trust', isIt(answer), refusalText(answer));
}

const FREED_MS = 60_000;

/** Deletes the association of a service account, and makes another one. */
async function seeFreed(probeContext: ProbeContext): Promise<void> {
  const { place } = probeContext;
  const { clusterName, aws, facts } = place;
  const [associationId] = await associationsOf(place, accountOf(probeContext, 'freed'));
  await aws.eks.send(new DeletePodIdentityAssociationCommand({ clusterName, associationId }));
  const waited = await until({
    boundMs: FREED_MS,
    signal: place.signal,
    attempt: () => refusalOf(associate(probeContext, { serviceAccount: 'freed' })),
    isIt: (refusal) => refusal === undefined,
  });
  const text = waitedText(waited, FREED_MS, refusalText(waited.answer));
  facts.see('association-freed', waited.afterMs !== undefined, text);
}

const LISTED_MS = 30_000;

export async function seeEditedAssociation(probeContext: ProbeContext): Promise<void> {
  const { place, otherPodRole } = probeContext;
  const { facts } = place;
  const { associationId = '' } = await associate(probeContext, { serviceAccount: 'edited' });
  const listed = await until({
    boundMs: LISTED_MS,
    signal: place.signal,
    attempt: () => associationsOf(place),
    isIt: (ids) => ids.includes(associationId),
  });
  facts.see('association-listed', listed.afterMs !== undefined, waitedText(listed, LISTED_MS));
  await seeSessionPolicy(probeContext, associationId);
  await change(probeContext, { associationId, targetRoleArn: otherPodRole });
  const refusal = await refusalOf(change(probeContext, { associationId, targetRoleArn: '' }));
  const { targetRoleArn } = await described(probeContext, associationId);
  seeGone(probeContext, 'target-role-removed', refusal, targetRoleArn);
}

async function seeSessionPolicy(probeContext: ProbeContext, associationId: string): Promise<void> {
  const { place } = probeContext;
  const sent = sessionPolicy(probeContext);
  await change(probeContext, { associationId, disableSessionTags: true, policy: sent });
  const { policy: kept = 'none' } = await described(probeContext, associationId);
  await place.recorder.record('documents/session-policy', { sent, kept });
  place.facts.see('session-policy-kept', kept === sent, kept === sent ? 'as it was sent' : `as ${kept}`);
  const refusal = await refusalOf(change(probeContext, { associationId, policy: '' }));
  const { policy } = await described(probeContext, associationId);
  seeGone(probeContext, 'session-policy-removed', refusal, policy);
}

/** After an update with an empty text. */
function seeGone({ place }: ProbeContext, id: FactId, refusal: Refusal | undefined, left = ''): void {
  const isGone = refusal === undefined && left === '';
  place.facts.see(id, isGone, isGone ? 'gone' : `${refusalText(refusal)}; it has ${left}`);
}

async function described({ place }: ProbeContext, associationId: string) {
  const { aws, clusterName } = place;
  const request = new DescribePodIdentityAssociationCommand({ clusterName, associationId });
  return (await aws.eks.send(request)).association ?? {};
}
