/** What the role must be able to do, and what it must not: reads under each prefix, a read outside, a write, the keys, and the roles to go on to. */
import type { Expectation, SimulationBatch } from '../model/evidence.ts';
import type { Grant, KeyGrant, SecretService } from '../model/grant.ts';
import type { Host } from '../model/host.ts';
import type { Desired } from '../model/desired.ts';
import type { Target } from '../model/target.ts';
import type { Role } from '../model/world.ts';
import type { PolicyDocument } from '../model/policy.ts';
import { evaluate } from '../policy/evaluate.ts';
import { arnParts, fits, hasVariable } from '../policy/patterns.ts';
import { NOBODY } from '../policy/trust-documents.ts';
import { roleQuestions } from './assumable.ts';
import { ownReads } from './expansions.ts';
import { resourceArn, SECRET_SERVICES } from './grants.ts';
import { NO_HOST } from '../space/hosts.ts';
import { requestContext } from './request-context.ts';

const NAME = 'spaces-workload-identity-check';
/** IAM's simulator takes them all at once, but answers no more than so many at a time. */
const BATCH = 100;

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

/** What holds for every session, with the condition keys that the calls would have. */
export function commonExpectations(asker: Asker): readonly Expectation[] {
  return asked(commonQuestions(asker), asker);
}

/** What one control plane may read alone. */
export function ownExpectations(asker: Asker): readonly Expectation[] {
  const { desired, target, host } = asker;
  if (desired.intent.targetRoleArn !== undefined) return [];
  const own = ownReads(desired.grants, host);
  return asked(
    SECRET_SERVICES.flatMap((service) => under(service, own, target)),
    asker,
  );
}

/** With the condition keys that the calls would have. */
export function asked(questions: readonly Expectation[], asker: Asker): readonly Expectation[] {
  const full = questions.map((question) => ({
    ...question,
    context: {
      ...requestContext(question.resource, asker.target),
      ...sessionKeys(asker),
      ...question.context,
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

function commonQuestions({ desired, role, target, host }: Asker): readonly Expectation[] {
  const { intent, grants } = desired;
  // Pods read as the target role, which others shape: of this one it counts that it may go on there.
  if (intent.targetRoleArn !== undefined) return roleQuestions(desired, target);
  if (intent.role.kind === 'owned') {
    const covered = [...grants.reads, ...ownReads(grants, host)];
    return [
      ...SECRET_SERVICES.flatMap((service) => [
        ...under(service, grants.reads, target),
        ...outside(service, covered, target, 'outside the prefixes'),
      ]),
      ...grants.keys.flatMap(ofKey),
      ...roleQuestions(desired, target),
    ];
  }
  // Of a role made elsewhere no grants are known: its own have to be in force; what it may do beyond is told.
  return SECRET_SERVICES.flatMap((service) => [
    ...ofInlinePolicies(service, role, target),
    ...outside(service, [], target, 'of any name'),
  ]);
}

export function refused(action: string, resource: string, where: string): Expectation {
  return { action, resource, context: {}, where, expected: 'refused' };
}

/** A secret or parameter whose name begins like this, as an example. */
export function exampleUnder(service: SecretService, prefix: string, target: Target): string {
  return resourceArn(service, `${prefix}${NAME}${service.exampleSuffix}`, target);
}

function under(service: SecretService, reads: readonly Grant[], target: Target): readonly Expectation[] {
  return reads
    .filter((grant) => grant.service === service)
    .flatMap(({ prefix }) => {
      const resource = exampleUnder(service, prefix, target);
      const where = `under ${prefix}`;
      return [
        ...service.reads.map((action): Expectation => ({
          action,
          resource,
          context: {},
          where,
          expected: 'allowed',
        })),
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
  return ['', 'x-', 'q-', '0-', 'z9-'].find((start) => !isCovered(`${start}${NAME}`));
}

/** What the role's inline policies let be read of this service, under an example of each pattern; and whether it may be written. */
function ofInlinePolicies(
  service: SecretService,
  { inlinePolicies }: Role,
  target: Target,
): readonly Expectation[] {
  const { readsValue, writesValue } = service;
  const found = Object.values(inlinePolicies).flatMap(({ Version, Statement }) =>
    Statement.filter(({ Effect }) => Effect === 'Allow').flatMap((statement) => {
      // Whether its conditions hold is what will be asked; here it is about what it covers.
      const { Condition: _condition, ...unconditional } = statement;
      const document = { ...(Version !== undefined && { Version }), Statement: [unconditional] };
      return [statement.Resource ?? '*'].flat().flatMap((pattern): readonly (readonly [string, string])[] => {
        const resource = exampleOf(pattern, service, target);
        const isRead = resource !== undefined && covers(document, readsValue, resource, target);
        return isRead ? [[pattern, resource]] : [];
      });
    }),
  );
  return [...new Map(found)].flatMap(([pattern, resource]): readonly Expectation[] => [
    { action: readsValue, resource, context: {}, expected: 'allowed', where: `on ${pattern}` },
    refused(writesValue, resource, `on ${pattern}`),
  ]);
}

function covers(document: PolicyDocument, action: string, resource: string, target: Target): boolean {
  const values = new Map(
    Object.entries(requestContext(resource, target)).map(([key, value]) => [key.toLowerCase(), [value]]),
  );
  const context = { values, isAbsent: () => false };
  return evaluate([document], { action, resource, context }).decision === 'allowed';
}

/** A resource of the service that fits a pattern: in the Space's region and account where it leaves them open. Undefined when none is known. */
function exampleOf(pattern: string, service: SecretService, target: Target): string | undefined {
  const own = arnParts(resourceArn(service, `${NAME}${service.exampleSuffix}`, target));
  const parts = arnParts(pattern);
  const filled = own.map((ownPart, n) => {
    const part = parts[n] ?? '*';
    return fits(part, ownPart) ? ownPart : named(part, service);
  });
  // Of another service, or of a name that only the caller has.
  if (filled[2] !== service.name || filled.some(hasVariable)) return undefined;
  return filled.join(':');
}

function named(part: string, { exampleSuffix }: SecretService): string {
  return part.replace(/\*$/, `${NAME}${exampleSuffix}`).replaceAll('*', NAME).replaceAll('?', 'A');
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

/**
 * One call for each action, and one for each way to a key: IAM takes no actions together that `require different authorization
 * information`, and does not document which do.
 */
export function simulationBatches(expectations: readonly Expectation[]): readonly SimulationBatch[] {
  const groups = Map.groupBy(expectations, ({ action, context }) => `${action} ${JSON.stringify(context)}`);
  return [...groups.values()].flatMap((group) => {
    const actions = [...new Set(group.map(({ action }) => action))];
    const resources = [...new Set(group.map(({ resource }) => resource))];
    // The same for all of a group.
    const context = Object.fromEntries(group.flatMap((expectation) => Object.entries(expectation.context)));
    const starts = Array.from({ length: Math.ceil(resources.length / BATCH) }, (_, n) => n * BATCH);
    return starts.map((start) => ({ actions, resources: resources.slice(start, start + BATCH), context }));
  });
}
