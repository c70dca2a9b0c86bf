/** Which resources the policies of a role may let a session reach: found without asking about every resource there is. */
import type { PolicyDocument, Statement } from '../model/policy.ts';
import type { RequestContext } from './conditions.ts';
import { evaluate } from './evaluate.ts';
import { fillIn, fitsAnyCase, hasVariable, withoutVariables } from './patterns.ts';

/** What is asked: one action, by a session with these condition keys. */
export interface Reach {
  readonly action: string;
  readonly context: RequestContext;
}

/**
 * Patterns that cover all which the policies may allow the action on: where a condition or a variable is not known, more than
 * they do allow. What they deny is not looked at.
 */
export function reachable(documents: readonly PolicyDocument[], asked: Reach): readonly string[] {
  const patterns = documents.flatMap((document) =>
    document.Statement.filter((statement) => mayAllow(statement, document, asked)).flatMap((statement) =>
      patternsOf(statement, document, asked),
    ),
  );
  return [...new Set(patterns)];
}

/** Whether it may allow the action on anything. */
function mayAllow(statement: Statement, { Version }: PolicyDocument, { action, context }: Reach): boolean {
  if (statement.Effect !== 'Allow') return false;
  const isAbout =
    statement.Action === undefined || [statement.Action].flat().some((name) => fitsAnyCase(name, action));
  if (!isAbout) return false;
  const { Resource: _resource, NotResource: _notResource, ...rest } = statement;
  const anywhere = { ...(Version !== undefined && { Version }), Statement: [{ ...rest, Resource: '*' }] };
  return evaluate([anywhere], { action, resource: '*', context }).decision !== 'implicit-deny';
}

function patternsOf(
  { Resource }: Statement,
  { Version }: PolicyDocument,
  { context }: Reach,
): readonly string[] {
  if (Resource === undefined) return ['*'];
  return [Resource].flat().map((pattern) => {
    if (Version !== '2012-10-17' || !hasVariable(pattern)) return pattern;
    return fillIn(pattern, (key) => context.values.get(key.toLowerCase())) ?? withoutVariables(pattern, '*');
  });
}
