/**
 * What policies say to one request: enough of IAM's evaluation for trust policies and the access policies of this action.
 * What is not understood makes the answer `unknown`, never an allowance.
 */
import type { OneOrMany, PolicyDocument, Statement } from '../model/policy.ts';
import { accountOf } from './arn.ts';
import { conditionsHold, fillInFrom, type RequestContext, type Situation } from './conditions.ts';
import { arnParts, fits, fitsAnyCase, fitsArn, hasVariable, withoutVariables } from './patterns.ts';
import { all, any, not, type Truth, truthOf } from './truth.ts';

export interface Request {
  /** For policies on the thing itself, such as trust policies. */
  readonly principal?: { readonly kind: 'Federated' | 'Service' | 'AWS'; readonly name: string };
  readonly action: string;
  /** For policies of the caller. */
  readonly resource?: string;
  readonly context: RequestContext;
}

export interface Evaluation {
  readonly decision: 'allowed' | 'explicit-deny' | 'implicit-deny' | 'unknown';
  /** What could not be told, when it is `unknown`. */
  readonly unknowns: readonly string[];
}

/** A Deny that applies decides; then one that might; then an Allow that applies; then one that might. */
export function evaluate(documents: readonly PolicyDocument[], request: Request): Evaluation {
  const applicable = documents
    .flatMap((document) =>
      document.Statement.map((statement) => [statement, knowsVariables(document)] as const),
    )
    .map(([statement, variables]) => ({
      effect: statement.Effect,
      ...applies(statement, request, { context: request.context, variables }),
    }));
  const having = (effect: Statement['Effect'], truth: Truth) =>
    applicable.filter((statement) => statement.effect === effect && statement.truth === truth);
  if (having('Deny', 'yes').length > 0) return { decision: 'explicit-deny', unknowns: [] };
  const perhapsDenied = having('Deny', 'unknown');
  const allowed = having('Allow', 'yes').length > 0;
  const perhapsAllowed = having('Allow', 'unknown');
  if (allowed && perhapsDenied.length === 0) return { decision: 'allowed', unknowns: [] };
  if (!allowed && perhapsAllowed.length === 0) return { decision: 'implicit-deny', unknowns: [] };
  const unknowns = [...perhapsDenied, ...perhapsAllowed].flatMap((statement) => statement.unknowns);
  return { decision: 'unknown', unknowns: [...new Set(unknowns)] };
}

/** Before the version of 2012, `${` is text like any other (IAM user guide, Version). */
function knowsVariables({ Version }: PolicyDocument): boolean {
  return Version === '2012-10-17';
}

interface Applicability {
  readonly truth: Truth;
  readonly unknowns: readonly string[];
}

/** Whether a statement applies to the request. */
function applies(statement: Statement, request: Request, situation: Situation): Applicability {
  const unknowns: string[] = [];
  const noted = (truth: Truth, what: string): Truth => {
    if (truth === 'unknown') unknowns.push(what);
    return truth;
  };
  const truth = all([
    noted(actionFits(statement, request.action), 'its actions'),
    noted(principalFits(statement, request), 'its principal'),
    noted(resourceFits(statement, request.resource, situation), 'its resources'),
    conditionsHold(statement.Condition ?? {}, situation, (what) => unknowns.push(what)),
  ]);
  return { truth, unknowns };
}

function actionFits({ Action, NotAction }: Statement, action: string): Truth {
  const among = (patterns: OneOrMany): Truth =>
    truthOf([patterns].flat().some((pattern) => fitsAnyCase(pattern, action)));
  if (Action !== undefined) return NotAction === undefined ? among(Action) : 'unknown';
  return NotAction === undefined ? 'unknown' : not(among(NotAction));
}

function principalFits({ Principal, NotPrincipal, Effect }: Statement, { principal }: Request): Truth {
  if (principal === undefined)
    return Principal === undefined && NotPrincipal === undefined ? 'yes' : 'unknown';
  if (Principal === undefined || NotPrincipal !== undefined) return 'unknown';
  // Everybody: sure where it forbids; whom it lets in beside users and roles is not documented.
  const everybody: Truth = Effect === 'Deny' || principal.kind === 'AWS' ? 'yes' : 'unknown';
  if (Principal === '*') return everybody;
  if ([Principal['AWS'] ?? []].flat().includes('*')) return everybody;
  const names = [Principal[principal.kind] ?? []].flat();
  if (names.includes(principal.name)) return 'yes';
  // An account as a whole leaves it to the policies of its users and roles.
  const isAccount = (name: string): boolean =>
    name === accountOf(principal.name) || isRootOf(name, principal.name);
  return principal.kind === 'AWS' && names.some(isAccount) ? 'unknown' : 'no';
}

function isRootOf(name: string, principal: string): boolean {
  return name.endsWith(':root') && accountOf(name) === accountOf(principal);
}

function resourceFits(
  { Resource, NotResource }: Statement,
  resource: string | undefined,
  situation: Situation,
): Truth {
  if (resource === undefined) return Resource === undefined && NotResource === undefined ? 'yes' : 'unknown';
  const among = (patterns: OneOrMany): Truth =>
    any([patterns].flat().map((pattern) => patternFits(pattern, resource, situation)));
  if (Resource !== undefined) return NotResource === undefined ? among(Resource) : 'unknown';
  return NotResource === undefined ? 'unknown' : not(among(NotResource));
}

const colons = (text: string): number => text.split(':').length;

function patternFits(pattern: string, resource: string, { context, variables }: Situation): Truth {
  if (pattern === '*') return 'yes';
  if (!variables || !hasVariable(pattern)) return wholeFits(pattern, resource);
  // Whatever the variables stand for.
  if (wholeFits(withoutVariables(pattern, '*'), resource) === 'no') return 'no';
  const filled = fillInFrom(pattern, context);
  // What is filled in stays within its part of the ARN.
  const isWithinItsPart = colons(filled ?? '') === colons(withoutVariables(pattern, ''));
  return filled !== undefined && isWithinItsPart ? wholeFits(filled, resource) : 'unknown';
}

/**
 * IAM fills up an ARN of fewer than six parts with `*` (IAM user guide, Resource). Where that and the pattern as one text say
 * different things, or a `*` would have to reach over a colon, nothing is relied on.
 */
function wholeFits(pattern: string, resource: string): Truth {
  const parts = arnParts(pattern);
  const full = [...parts, ...Array<string>(6 - parts.length).fill('*')].join(':');
  const byParts = fitsArn(full, resource);
  return byParts === fits(pattern, resource) ? truthOf(byParts) : 'unknown';
}
