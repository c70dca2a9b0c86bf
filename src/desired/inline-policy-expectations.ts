/** What the inline policies of a role made elsewhere let it read: no grants are known of it, so its own have to be in force. */
import type { Expectation } from '../model/evidence.ts';
import type { SecretService } from '../model/grant.ts';
import type { PolicyDocument } from '../model/policy.ts';
import type { Target } from '../model/target.ts';
import type { Role } from '../model/world.ts';
import { UNRELATED_NAME } from '../policy/arn.ts';
import { evaluate } from '../policy/evaluate.ts';
import { arnParts, fits, hasVariable } from '../policy/patterns.ts';
import { allowed, refused } from './expectation-parts.ts';
import { resourceArn } from './grants.ts';
import { requestContext } from './request-context.ts';

/** What the role's inline policies let be read of this service, under an example of each pattern; and whether it may be written. */
export function inlinePolicyExpectations(
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
        const isRead = resource !== undefined && isAllowed(document, readsValue, resource, target);
        return isRead ? [[pattern, resource]] : [];
      });
    }),
  );
  return [...new Map(found)].flatMap(([pattern, resource]): readonly Expectation[] => [
    allowed(readsValue, resource, `on ${pattern}`),
    refused(writesValue, resource, `on ${pattern}`),
  ]);
}

function isAllowed(document: PolicyDocument, action: string, resource: string, target: Target): boolean {
  const values = new Map(
    Object.entries(requestContext(resource, target)).map(([key, value]) => [key.toLowerCase(), [value]]),
  );
  const context = { values, isAbsent: () => false };
  return evaluate([document], { action, resource, context }).decision === 'allowed';
}

/** A resource of the service that fits a pattern: in the Space's region and account where it leaves them open. Undefined when none is known. */
function exampleOf(pattern: string, service: SecretService, target: Target): string | undefined {
  const own = arnParts(resourceArn(service, `${UNRELATED_NAME}${service.exampleSuffix}`, target));
  const parts = arnParts(pattern);
  const filled = own.map((ownPart, n) => {
    const part = parts[n] ?? '*';
    return fits(part, ownPart) ? ownPart : filledIn(part, service);
  });
  // A resource of another service, or with a name that only the caller has.
  if (filled[2] !== service.name || filled.some(hasVariable)) return undefined;
  return filled.join(':');
}

function filledIn(part: string, { exampleSuffix }: SecretService): string {
  return part
    .replace(/\*$/, `${UNRELATED_NAME}${exampleSuffix}`)
    .replaceAll('*', UNRELATED_NAME)
    .replaceAll('?', 'A');
}
