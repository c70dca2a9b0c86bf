/**
 * What policies say to one request: enough of IAM's evaluation for trust policies and the access policies of this action.
 * What is not understood makes the answer `unknown`, never an allowance.
 */
import type { OneOrMany, PolicyDocument, Statement } from '../model/policy.ts';
import { all, conditionsHold, not, type RequestContext, type Truth } from './conditions.ts';
import { fits, fitsAnyCase, fitsArn, hasVariable } from './patterns.ts';

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
    .flatMap((document) => document.Statement)
    .map((statement) => ({ effect: statement.Effect, ...applies(statement, request) }));
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

interface Applicability {
  readonly truth: Truth;
  readonly unknowns: readonly string[];
}

/** Whether a statement applies to the request. */
function applies(statement: Statement, request: Request): Applicability {
  const unknowns: string[] = [];
  const noted = (truth: Truth, what: string): Truth => {
    if (truth === 'unknown') unknowns.push(what);
    return truth;
  };
  const truth = all([
    noted(actionFits(statement, request.action), 'its actions'),
    noted(principalFits(statement, request), 'its principal'),
    noted(resourceFits(statement, request.resource), 'its resources'),
    conditionsHold(statement.Condition ?? {}, request.context, (what) => unknowns.push(what)),
  ]);
  return { truth, unknowns };
}

function actionFits({ Action, NotAction }: Statement, action: string): Truth {
  const among = (patterns: OneOrMany): Truth =>
    [patterns].flat().some((pattern) => fitsAnyCase(pattern, action)) ? 'yes' : 'no';
  if (Action !== undefined) return NotAction === undefined ? among(Action) : 'unknown';
  return NotAction === undefined ? 'unknown' : not(among(NotAction));
}

function principalFits({ Principal, NotPrincipal, Effect }: Statement, { principal }: Request): Truth {
  if (principal === undefined)
    return Principal === undefined && NotPrincipal === undefined ? 'yes' : 'unknown';
  if (Principal === undefined || NotPrincipal !== undefined) return 'unknown';
  // Everybody: sure where it forbids; whom it lets in beside users and roles is not documented.
  const everybody: Truth = Effect === 'Deny' ? 'yes' : 'unknown';
  if (Principal === '*') return everybody;
  if ([Principal['AWS'] ?? []].flat().includes('*')) return everybody;
  const names = [Principal[principal.kind] ?? []].flat();
  if (names.includes(principal.name)) return 'yes';
  // An account as a whole leaves it to the policies of its users and roles.
  const delegates = principal.kind === 'AWS' && names.some((name) => /^\d{12}$|:root$/.test(name));
  return delegates ? 'unknown' : 'no';
}

function resourceFits({ Resource, NotResource }: Statement, resource: string | undefined): Truth {
  if (resource === undefined) return Resource === undefined && NotResource === undefined ? 'yes' : 'unknown';
  const among = (patterns: OneOrMany): Truth => {
    const truths = [patterns].flat().map((pattern) => patternFits(pattern, resource));
    return not(all(truths.map(not)));
  };
  if (Resource !== undefined) return NotResource === undefined ? among(Resource) : 'unknown';
  return NotResource === undefined ? 'unknown' : not(among(NotResource));
}

/** A `*` that would have to reach over a colon is not relied on. */
function patternFits(pattern: string, resource: string): Truth {
  if (pattern === '*') return 'yes';
  if (hasVariable(pattern)) return 'unknown';
  if (fitsArn(pattern, resource)) return 'yes';
  return fits(pattern, resource) ? 'unknown' : 'no';
}
