/** Examples of what the statements of a policy let be done, whether their conditions hold or not: for questions to IAM. */
import type { PolicyDocument } from '../model/policy.ts';
import type { Target } from '../model/target.ts';
import { UNRELATED_NAME } from '../policy/arn.ts';
import { evaluate } from '../policy/evaluate.ts';
import { arnParts, fits, hasVariable } from '../policy/patterns.ts';
import { requestContext } from './request-context.ts';

/** A resource that nobody has, for what a pattern leaves open; `suffix`: what names of that kind end with in an ARN. */
export interface Anything {
  readonly arn: string;
  readonly suffix: string;
}

/** Each pattern of the statements that allow the action on an example of it, with that example. */
export function examplesOf(
  documents: readonly PolicyDocument[],
  action: string,
  anything: Anything,
  target: Target,
): readonly (readonly [pattern: string, resource: string])[] {
  const found = documents.flatMap(({ Version, Statement }) =>
    Statement.filter(({ Effect }) => Effect === 'Allow').flatMap((statement) => {
      // Whether its conditions hold is what will be asked; here it is about what it covers.
      const { Condition: _condition, ...unconditional } = statement;
      const document = { ...(Version !== undefined && { Version }), Statement: [unconditional] };
      return [statement.Resource ?? '*'].flat().flatMap((pattern): readonly (readonly [string, string])[] => {
        const resource = exampleOf(pattern, anything);
        const isCovered = resource !== undefined && isAllowed(document, action, resource, target);
        return isCovered ? [[pattern, resource]] : [];
      });
    }),
  );
  return [...new Map(found)];
}

function isAllowed(document: PolicyDocument, action: string, resource: string, target: Target): boolean {
  const values = new Map(
    Object.entries(requestContext(resource, target)).map(([key, value]) => [key.toLowerCase(), [value]]),
  );
  const context = { values, isAbsent: () => false };
  return evaluate([document], { action, resource, context }).decision === 'allowed';
}

/** A resource of that kind that fits a pattern: in the Space's region and account where it leaves them open. Undefined when none is known. */
function exampleOf(pattern: string, { arn, suffix }: Anything): string | undefined {
  const own = arnParts(arn);
  const parts = arnParts(pattern);
  const filled = own.map((ownPart, n) => {
    const part = parts[n] ?? '*';
    return fits(part, ownPart) ? ownPart : filledIn(part, suffix);
  });
  // A resource of another service, or with a name that only the caller has.
  if (filled[2] !== own[2] || filled.some(hasVariable)) return undefined;
  return filled.join(':');
}

function filledIn(part: string, suffix: string): string {
  return part
    .replace(/\*$/, `${UNRELATED_NAME}${suffix}`)
    .replaceAll('*', UNRELATED_NAME)
    .replaceAll('?', 'A');
}
