/** What the role must be able to do, and what it must not: reads under each prefix, a read outside, a write, the keys, and the roles to go on to. */
import type { Desired } from '../model/desired.ts';
import type { Expectation } from '../model/evidence.ts';
import type { Grant, KeyGrant, SecretService } from '../model/grant.ts';
import type { Host } from '../model/host.ts';
import type { Target } from '../model/target.ts';
import type { Role } from '../model/world.ts';
import { UNRELATED_NAME } from '../policy/arn.ts';
import { NOBODY } from '../policy/trust-documents.ts';
import { NO_HOST } from '../space/hosts.ts';
import { chainExpectations } from './assumable.ts';
import { allowed, exampleUnder, refused } from './expectation-parts.ts';
import { ownReads } from './expansions.ts';
import { SECRET_SERVICES } from './grants.ts';
import { beyondGrants, inlinePolicyExpectations } from './inline-policy-expectations.ts';
import { requestContext } from './request-context.ts';

/** What is asked about, and as whose session: which one matters only where prefixes have placeholders. */
export interface Asker {
  readonly desired: Desired;
  readonly role: Role;
  readonly target: Target;
  readonly host: Host;
}

/** All that is asked about the role, as the session of one control plane. */
export function expectationsOf(
  desired: Desired,
  role: Role,
  target: Target,
  host: Host = NO_HOST,
): readonly Expectation[] {
  const asker = { desired, role, target, host };
  return [...commonExpectations(asker), ...ownExpectations(asker)];
}

/** What holds for every session. */
export function commonExpectations(asker: Asker): readonly Expectation[] {
  return inSession(commonWithoutContext(asker), asker);
}

/** What one control plane may read alone. */
export function ownExpectations(asker: Asker): readonly Expectation[] {
  const { desired, target, host } = asker;
  if (desired.intent.targetRoleArn !== undefined) return [];
  const own = ownReads(desired.grants, host);
  return inSession(
    SECRET_SERVICES.flatMap((service) => under(service, own, target)),
    asker,
  );
}

/** The same with the condition keys that the calls of the session would have, each once. */
export function inSession(expectations: readonly Expectation[], asker: Asker): readonly Expectation[] {
  const full = expectations.map((expectation) => ({
    ...expectation,
    context: {
      ...requestContext(expectation.resource, asker.target),
      ...sessionKeys(asker),
      ...expectation.context,
    },
  }));
  // The example of a wide pattern may be the one outside of everything.
  const unique = new Map(full.toReversed().map((one) => [JSON.stringify({ ...one, where: '' }), one]));
  return [...unique.values()].toReversed();
}

/** A policy without placeholders does not look at them. `NOBODY`: for a Space without a control plane. */
function sessionKeys({ desired, target, host }: Asker): Readonly<Record<string, string>> {
  const { grants, mechanism, intent } = desired;
  if (grants.own.length === 0) return {};
  return mechanism.sessionKeys(host.namespace || NOBODY, intent.serviceAccount, target);
}

function commonWithoutContext({ desired, role, target, host }: Asker): readonly Expectation[] {
  const { intent, grants } = desired;
  // Pods read as the target role, which others shape: of this one it counts that it may go on there.
  if (intent.targetRoleArn !== undefined) return chainExpectations(desired, target);
  if (intent.role.kind === 'owned') {
    const covered = [...grants.reads, ...ownReads(grants, host)];
    return [
      ...SECRET_SERVICES.flatMap((service) => [
        ...under(service, grants.reads, target),
        ...outside(service, covered, target, 'outside the prefixes'),
      ]),
      ...grants.keys.flatMap(ofKey),
      ...chainExpectations(desired, target),
      ...beyondGrants(grants, covered, role, target),
    ];
  }
  // Of a role made elsewhere no grants are known: its own have to be in force; what it may do beyond is told.
  return SECRET_SERVICES.flatMap((service) => [
    ...inlinePolicyExpectations(service, role, target),
    ...outside(service, [], target, 'of any name'),
  ]);
}

function under(service: SecretService, reads: readonly Grant[], target: Target): readonly Expectation[] {
  return reads
    .filter((grant) => grant.service === service)
    .flatMap(({ prefix }) => {
      const resource = exampleUnder(service, prefix, target);
      const where = `under ${prefix}`;
      return [
        ...service.reads.map((action) => allowed(action, resource, where)),
        refused(service.writesValue, resource, where),
      ];
    });
}

function outside(
  service: SecretService,
  covered: readonly Grant[],
  target: Target,
  where: string,
): readonly Expectation[] {
  const start = uncoveredStart(covered.filter((grant) => grant.service === service));
  if (start === undefined) return [];
  const resource = exampleUnder(service, start, target);
  return [service.readsValue, service.writesValue].map((action) => refused(action, resource, where));
}

/** A beginning that none of the prefixes covers; undefined when they cover everything. */
function uncoveredStart(grants: readonly Grant[]): string | undefined {
  const isCovered = (name: string): boolean =>
    grants.some(({ prefix }) => name.startsWith(prefix.replace(/^\//, '')));
  return ['', 'x-', 'q-', '0-', 'z9-'].find((start) => !isCovered(`${start}${UNRELATED_NAME}`));
}

function ofKey({ keyArn, via }: KeyGrant): readonly Expectation[] {
  return via.map(({ service, hosts: [host] }) => ({
    action: 'kms:Decrypt',
    resource: keyArn,
    context: { 'kms:ViaService': host },
    expected: 'allowed',
    where: `through ${service.name}`,
  }));
}
