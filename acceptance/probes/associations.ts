/** How EKS refuses, keeps and changes associations. */
import {
  DeletePodIdentityAssociationCommand,
  DescribePodIdentityAssociationCommand,
} from '@aws-sdk/client-eks';
import type { FactId } from '../facts/index.ts';
import { isRefusal, refusalOf, refusalText } from '../frame/refusal.ts';
import type { Refusal } from '../frame/refusal.ts';
import { until, waitedText } from '../frame/until.ts';
import { associationsOf } from '../make/cluster-things.ts';
import { makeRole, trustInThisRun } from '../make/roles.ts';
import { associate, change, sessionPolicy, trustInPods } from './bench.ts';
import type { Account, Bench } from './bench.ts';

async function seeRefusal(
  { place }: Bench,
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

export async function seeRefusedAssociations(bench: Bench): Promise<void> {
  const { place, podRole } = bench;
  await seeNewRole(bench);
  const serviceAccount = 'refused';
  const absent = `${podRole}-absent`;
  const withAbsent = associate(bench, { serviceAccount, roleArn: absent });
  await seeRefusal(
    bench,
    'association-without-role',
    withAbsent,
    invalid(/role provided in the request does not exist/i),
  );
  await seeUntrusting(bench);
  const both = associate(bench, { serviceAccount, policy: sessionPolicy(bench), disableSessionTags: false });
  await seeRefusal(bench, 'session-policy-with-tags', both, invalid());
  const blanks = { policy: sessionPolicy(bench, 2048), disableSessionTags: true };
  const padded = associate(bench, { serviceAccount, ...blanks });
  await seeRefusal(bench, 'session-policy-blanks', padded, (refusal) => refusal !== undefined);
  const made = await associateAnew(bench);
  await place.recorder.record('documents/association', made);
  const again = associate(bench, { serviceAccount });
  await seeRefusal(bench, 'association-twice', again, (refusal) => isRefusal(refusal, 'ResourceInUse'));
  const unchanged = change(bench, { associationId: made.associationId });
  await seeRefusal(bench, 'association-unchanged', unchanged, (refusal) => refusal !== undefined);
}

/** Unless EKS has taken one of those that it should have refused. */
async function associateAnew(bench: Bench) {
  const [taken] = await associationsOf(bench.place, accountOf(bench, 'refused'));
  return taken === undefined
    ? await associate(bench, { serviceAccount: 'refused' })
    : await described(bench, taken);
}

const accountOf = ({ place }: Bench, serviceAccount: Account) => ({
  namespace: place.names.namespace,
  serviceAccount,
});

const NEW_ROLE_MS = 120_000;

async function seeNewRole(bench: Bench): Promise<void> {
  const { place } = bench;
  const roleArn = await makeRole(place, 'fresh', trustInPods(place));
  const waited = await until({
    boundMs: NEW_ROLE_MS,
    signal: place.signal,
    attempt: () => refusalOf(associate(bench, { serviceAccount: 'freed', roleArn })),
    isIt: (refusal) => refusal === undefined,
  });
  const text = waitedText(waited, NEW_ROLE_MS, refusalText(waited.answer));
  place.facts.see('role-seen-by-eks', waited.afterMs !== undefined, text);
  if (waited.afterMs !== undefined) await seeFreed(bench);
}

/** Of a role that EKS knows: until then it says that there is none. */
async function seeUntrusting(bench: Bench): Promise<void> {
  const { place } = bench;
  const roleArn = await makeRole(place, 'untrusting', trustInThisRun(place));
  const isIt = invalid(/trust policy of the role provided is invalid/i);
  const { answer } = await until({
    boundMs: 30_000,
    signal: place.signal,
    attempt: () => refusalOf(associate(bench, { serviceAccount: 'refused', roleArn })),
    isIt: (refusal) => refusal === undefined || isIt(refusal),
  });
  await place.recorder.record('refusals/association-without-trust', answer ?? 'not refused');
  place.facts.see('association-without-trust', isIt(answer), refusalText(answer));
}

const FREED_MS = 60_000;

/** Deletes the association of a service account, and makes another one. */
async function seeFreed(bench: Bench): Promise<void> {
  const { place } = bench;
  const { clusterName, aws, facts } = place;
  const [associationId] = await associationsOf(place, accountOf(bench, 'freed'));
  await aws.eks.send(new DeletePodIdentityAssociationCommand({ clusterName, associationId }));
  const waited = await until({
    boundMs: FREED_MS,
    signal: place.signal,
    attempt: () => refusalOf(associate(bench, { serviceAccount: 'freed' })),
    isIt: (refusal) => refusal === undefined,
  });
  const text = waitedText(waited, FREED_MS, refusalText(waited.answer));
  facts.see('association-freed', waited.afterMs !== undefined, text);
}

const LISTED_MS = 30_000;

export async function seeEditedAssociation(bench: Bench): Promise<void> {
  const { place, otherPodRole } = bench;
  const { facts } = place;
  const { associationId = '' } = await associate(bench, { serviceAccount: 'edited' });
  const listed = await until({
    boundMs: LISTED_MS,
    signal: place.signal,
    attempt: () => associationsOf(place),
    isIt: (ids) => ids.includes(associationId),
  });
  facts.see('association-listed', listed.afterMs !== undefined, waitedText(listed, LISTED_MS));
  await seeSessionPolicy(bench, associationId);
  await change(bench, { associationId, targetRoleArn: otherPodRole });
  const refusal = await refusalOf(change(bench, { associationId, targetRoleArn: '' }));
  const { targetRoleArn } = await described(bench, associationId);
  seeGone(bench, 'target-role-removed', refusal, targetRoleArn);
}

async function seeSessionPolicy(bench: Bench, associationId: string): Promise<void> {
  const { place } = bench;
  const sent = sessionPolicy(bench);
  await change(bench, { associationId, disableSessionTags: true, policy: sent });
  const { policy: kept = 'none' } = await described(bench, associationId);
  await place.recorder.record('documents/session-policy', { sent, kept });
  place.facts.see('session-policy-kept', kept === sent, kept === sent ? 'as it was sent' : `as ${kept}`);
  const refusal = await refusalOf(change(bench, { associationId, policy: '' }));
  const { policy } = await described(bench, associationId);
  seeGone(bench, 'session-policy-removed', refusal, policy);
}

/** After an update with an empty text. */
function seeGone({ place }: Bench, id: FactId, refusal: Refusal | undefined, left = ''): void {
  const isGone = refusal === undefined && left === '';
  place.facts.see(id, isGone, isGone ? 'gone' : `${refusalText(refusal)}; it has ${left}`);
}

async function described({ place }: Bench, associationId: string) {
  const { aws, clusterName } = place;
  const request = new DescribePodIdentityAssociationCommand({ clusterName, associationId });
  return (await aws.eks.send(request)).association ?? {};
}
