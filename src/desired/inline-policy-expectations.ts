/** What the inline policies of a role let it do: of one made elsewhere its own grants have to be in force, of one shaped here nothing beyond the inputs. */
import type { Expectation } from '../model/evidence.ts';
import type { Grant, Grants, SecretService } from '../model/grant.ts';
import type { PolicyDocument } from '../model/policy.ts';
import type { Target } from '../model/target.ts';
import type { Role } from '../model/world.ts';
import { ACCESS_POLICY_NAME } from '../policy/access-policy.ts';
import { UNRELATED_NAME } from '../policy/arn.ts';
import { tellsSessionsApart } from '../policy/equivalence.ts';
import { allowed, exampleUnder, refused } from './expectation-parts.ts';
import { SECRET_SERVICES } from './grants.ts';
import { type Anything, examplesOf } from './inline-examples.ts';

/** What the role's inline policies let be read of this service, under an example of each pattern; and whether it may be written. */
export function inlinePolicyExpectations(
  service: SecretService,
  { inlinePolicies }: Role,
  target: Target,
): readonly Expectation[] {
  const { readsValue, writesValue } = service;
  const documents = Object.values(inlinePolicies);
  return examplesOf(documents, readsValue, anyOf(service, target), target).flatMap(
    ([pattern, resource]): readonly Expectation[] => [
      allowed(readsValue, resource, `on ${pattern}`),
      refused(writesValue, resource, `on ${pattern}`),
    ],
  );
}

/**
 * What the inline policies of a role that is shaped here allow beyond the grants, whoever has put it there: none of it may be in
 * force. `covered`: what may be read.
 */
export function beyondGrants(
  { assumes }: Pick<Grants, 'assumes'>,
  covered: readonly Grant[],
  { inlinePolicies }: Role,
  target: Target,
): readonly Expectation[] {
  const policies = Object.entries(inlinePolicies);
  const documents = policies.map(([name, document]) =>
    name === ACCESS_POLICY_NAME ? forEverySession(document) : document,
  );
  // The roles in this action's own policy may be those of associations that go on to them yet.
  const ofOthers = policies.flatMap(([name, document]) => (name === ACCESS_POLICY_NAME ? [] : [document]));
  return [
    ...SECRET_SERVICES.flatMap((service) => [
      ...[service.readsValue, ...service.readsOtherwise].flatMap((action) =>
        examplesOf(documents, action, anyOf(service, target), target)
          .filter(
            ([, resource]) => !covered.some((grant) => resource.startsWith(grant.resource.slice(0, -1))),
          )
          .map(([pattern, resource]) => refused(action, resource, `on ${pattern}`)),
      ),
      ...examplesOf(documents, service.writesValue, anyOf(service, target), target).map(
        ([pattern, resource]) => refused(service.writesValue, resource, `on ${pattern}`),
      ),
    ]),
    ...examplesOf(ofOthers, 'sts:AssumeRole', anyRole(target), target)
      .filter(([, resource]) => !assumes.includes(resource))
      .map(([pattern, resource]) => refused('sts:AssumeRole', resource, `on ${pattern}`)),
  ];
}

/** What is bound to one control plane's sessions is for the check of isolation. */
function forEverySession({ Statement, ...rest }: PolicyDocument): PolicyDocument {
  return {
    ...rest,
    Statement: Statement.filter((statement) => !tellsSessionsApart({ ...rest, Statement: [statement] })),
  };
}

function anyOf(service: SecretService, target: Target): Anything {
  return { arn: exampleUnder(service, '', target), suffix: service.exampleSuffix };
}

function anyRole({ partition, roleAccount }: Target): Anything {
  return { arn: `arn:${partition}:iam::${roleAccount}:role/${UNRELATED_NAME}`, suffix: '' };
}
