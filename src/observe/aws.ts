/** What AWS has of the identity, read side by side: it needs no cluster, so it is begun while helm and kubectl are made ready. */
import type { Intent } from '../model/config.ts';
import type { AddOn, AwsReader, Clock, Readers, Unreadable } from '../model/ports.ts';
import type { Place } from '../model/record.ts';
import type { Association, OidcProvider, Role } from '../model/world.ts';
import { AGENT_ADD_ON } from './agent.ts';
import { findOtherRoles, type OtherRoles } from './left-behind.ts';

export interface AwsView {
  readonly provider?: OidcProvider | undefined;
  readonly role?: Role | undefined;
  readonly trustPolicyQuota?: number | undefined;
  readonly addOn?: AddOn | Unreadable | undefined;
  readonly associations: readonly Association[];
  /** Roles of other names, where it was asked for what earlier inputs have left behind. */
  readonly otherRoles?: OtherRoles | undefined;
}

export interface AwsQuery {
  readonly leftBehind?: boolean;
}

/** A look that was begun ahead of the one at the cluster. */
export interface BegunView {
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly view: Promise<AwsView>;
}

/** Older than this, in milliseconds, it is no look at the same world as that at the cluster: others may have been at work. */
const LONGEST_AHEAD_MS = 10_000;

/** Begins the look and does not wait for it; that it failed is told to whoever asks for the view. */
export function beginAws(
  { aws, clock }: Pick<Readers, 'aws' | 'clock'>,
  intent: Intent,
  place: Place,
  query: AwsQuery,
): BegunView {
  const view = observeAws(aws, intent, place, query);
  // Whoever looks at the world is told why it failed.
  view.catch(() => undefined);
  return { at: clock.now(), view };
}

/** What was begun, unless tools took so long to come that AWS has to be asked anew. */
export function ifRecent(begun: BegunView | undefined, clock: Clock): Promise<AwsView> | undefined {
  return begun === undefined || clock.now() - begun.at > LONGEST_AHEAD_MS ? undefined : begun.view;
}

/** Throws a Failure when any part of it can't be read. */
export async function observeAws(
  aws: AwsReader,
  intent: Intent,
  { target }: Place,
  { leftBehind = false }: AwsQuery,
): Promise<AwsView> {
  const { providerArn, roleName } = target;
  const [provider, role, trustPolicyQuota, addOn, associations, otherRoles] = await Promise.all([
    providerArn === '' ? undefined : aws.oidcProvider(providerArn),
    // A namesake in this account is another role than one of another account.
    target.roleElsewhere ? undefined : aws.role(roleName),
    aws.trustPolicyQuota(),
    aws.addOn(intent.clusterName, AGENT_ADD_ON),
    aws.associations(intent.clusterName, intent.serviceAccount),
    leftBehind ? findOtherRoles(aws, target) : undefined,
  ]);
  return { provider, role, trustPolicyQuota, addOn, associations, otherRoles };
}
