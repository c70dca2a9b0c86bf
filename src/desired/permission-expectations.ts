/** What the role must be able to do, and what it must not: reads under each prefix, a read outside, a write, and the keys. */
import type { Expectation, SimulationBatch } from '../model/evidence.ts';
import type { Grant, Grants, KeyGrant, SecretService } from '../model/grant.ts';
import type { Desired } from '../model/desired.ts';
import type { Target } from '../model/target.ts';
import type { Role } from '../model/world.ts';
import { resourceArn, SECRET_SERVICES } from './grants.ts';
import { requestContext } from './request-context.ts';

const NAME = 'spaces-workload-identity-check';
/** IAM's simulator takes them all at once, but answers no more than so many at a time. */
const BATCH = 100;

/** With the condition keys that the calls would have. */
export function expectationsOf(desired: Desired, role: Role, target: Target): readonly Expectation[] {
  return questions(desired, role, target).map((question) => ({
    ...question,
    context: { ...requestContext(question.resource, target), ...question.context },
  }));
}

function questions({ intent, grants }: Desired, role: Role, target: Target): readonly Expectation[] {
  if (intent.role.kind === 'owned') {
    return [
      ...SECRET_SERVICES.flatMap((service) => ofService(service, grants, target, 'outside the prefixes')),
      ...grants.keys.flatMap(ofKey),
    ];
  }
  // Of a role made elsewhere no grants are known: its own have to be in force; what it may do beyond is told.
  return SECRET_SERVICES.flatMap((service) => [
    ...ofInlinePolicies(service, role),
    ...ofService(service, grants, target, 'of any name'),
  ]);
}

function refused(action: string, resource: string, where: string): Expectation {
  return { action, resource, context: {}, where, expected: 'refused' };
}

function ofService(
  service: SecretService,
  { reads }: Grants,
  target: Target,
  beyond: string,
): readonly Expectation[] {
  const grants = reads.filter((grant) => grant.service === service);
  const example = (prefix: string): string =>
    resourceArn(service, `${prefix}${NAME}${service.exampleSuffix}`, target);
  const start = uncoveredStart(grants);
  return [
    ...grants.flatMap(({ prefix }) => [
      ...service.reads.map((action): Expectation => {
        const where = `under ${prefix}`;
        return { action, resource: example(prefix), context: {}, where, expected: 'allowed' };
      }),
      refused(service.writesValue, example(prefix), `under ${prefix}`),
    ]),
    ...(start === undefined
      ? []
      : [service.readsValue, service.writesValue].map((action) => refused(action, example(start), beyond))),
  ];
}

/** A beginning that none of the prefixes covers; undefined when they cover everything. */
function uncoveredStart(grants: readonly Grant[]): string | undefined {
  const isCovered = (name: string): boolean =>
    grants.some(({ prefix }) => name.startsWith(prefix.replace(/^\//, '')));
  return ['', 'x-', 'q-', '0-', 'z9-'].find((start) => !isCovered(`${start}${NAME}`));
}

/** What the role's inline policies name of this service, with a name in place of each wildcard. */
function ofInlinePolicies(
  { name, readsValue }: SecretService,
  { inlinePolicies }: Role,
): readonly Expectation[] {
  const patterns = Object.values(inlinePolicies)
    .flatMap((document) => document.Statement)
    .filter(({ Effect, Action = [] }) => Effect === 'Allow' && [Action].flat().includes(readsValue))
    .flatMap(({ Resource = [] }) => [Resource].flat())
    .filter((pattern) => pattern.includes(`:${name}:`) && !pattern.includes('${'));
  return [...new Set(patterns)].map((pattern) => ({
    action: readsValue,
    resource: pattern.replaceAll('*', NAME).replaceAll('?', 'A'),
    context: {},
    expected: 'allowed',
    where: `as ${pattern} says`,
  }));
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

/** As few calls as will do: one for each service, and one for each way to a key. */
export function simulationBatches(expectations: readonly Expectation[]): readonly SimulationBatch[] {
  const groups = Map.groupBy(
    expectations,
    ({ action, context }) => `${action.split(':')[0]} ${JSON.stringify(context)}`,
  );
  return [...groups.values()].flatMap((group) => {
    const actions = [...new Set(group.map(({ action }) => action))];
    const resources = [...new Set(group.map(({ resource }) => resource))];
    // The same for all of a group.
    const context = Object.fromEntries(group.flatMap((expectation) => Object.entries(expectation.context)));
    const starts = Array.from({ length: Math.ceil(resources.length / BATCH) }, (_, n) => n * BATCH);
    return starts.map((start) => ({ actions, resources: resources.slice(start, start + BATCH), context }));
  });
}
