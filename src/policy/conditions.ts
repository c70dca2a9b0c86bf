/** Conditions of IAM policies, with a third answer where a request's values or an operator are not known here. */
import type { ConditionBlock } from '../model/policy.ts';
import { fits, fitsArn, hasVariable } from './patterns.ts';

export type Truth = 'yes' | 'no' | 'unknown';

/** What is known of a request's condition keys, their names in lower case. */
export interface RequestContext {
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** Whether a key without values is certainly not part of such a request. */
  readonly isAbsent: (key: string) => boolean;
}

/** Every part has to hold: one `no` decides, else one `unknown`. */
export function all(truths: readonly Truth[]): Truth {
  if (truths.includes('no')) return 'no';
  return truths.includes('unknown') ? 'unknown' : 'yes';
}

export function not(truth: Truth): Truth {
  if (truth === 'unknown') return 'unknown';
  return truth === 'yes' ? 'no' : 'yes';
}

/** Compares a value of the policy with one of the request. */
type Compare = (listed: string, actual: string) => boolean;

interface Operator {
  readonly compare: Compare;
  readonly negated: boolean;
}

const equals: Compare = (listed, actual) => listed === actual;
const equalsAnyCase: Compare = (listed, actual) => listed.toLowerCase() === actual.toLowerCase();

const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ['StringEquals', { compare: equals, negated: false }],
  ['StringNotEquals', { compare: equals, negated: true }],
  ['StringEqualsIgnoreCase', { compare: equalsAnyCase, negated: false }],
  ['StringNotEqualsIgnoreCase', { compare: equalsAnyCase, negated: true }],
  ['StringLike', { compare: fits, negated: false }],
  ['StringNotLike', { compare: fits, negated: true }],
  // The two of each pair mean the same (IAM user guide, ARN condition operators).
  ['ArnEquals', { compare: fitsArn, negated: false }],
  ['ArnLike', { compare: fitsArn, negated: false }],
  ['ArnNotEquals', { compare: fitsArn, negated: true }],
  ['ArnNotLike', { compare: fitsArn, negated: true }],
  ['Bool', { compare: equalsAnyCase, negated: false }],
]);

/** Whether the conditions hold. `onUnknown` is told what could not be evaluated. */
export function conditionsHold(
  block: ConditionBlock,
  context: RequestContext,
  onUnknown: (what: string) => void,
): Truth {
  const truths = Object.entries(block).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, listed]) => {
      const truth = holds(operator, key.toLowerCase(), [listed].flat().map(String), context);
      if (truth === 'unknown') onUnknown(`${operator} on ${key}`);
      return truth;
    }),
  );
  return all(truths);
}

const FORM = /^(?:(ForAnyValue|ForAllValues):)?(\w+?)(IfExists)?$/;

function holds(text: string, key: string, listed: readonly string[], context: RequestContext): Truth {
  const [, quantifier, name = '', ifExists] = FORM.exec(text) ?? [];
  const actual = context.values.get(key);
  if (actual === undefined && !context.isAbsent(key)) return 'unknown';
  if (name === 'Null') return isNull(listed, actual === undefined);
  const operator = OPERATORS.get(name);
  if (operator === undefined || listed.some(hasVariable)) return 'unknown';
  if (actual === undefined) return withoutValue(operator, quantifier, ifExists !== undefined);
  // How AWS compares what is no ARN is not documented.
  if (name.startsWith('Arn') && ![...listed, ...actual].every(isArn)) return 'unknown';
  // What AWS does with several values and no quantifier is not defined.
  if (quantifier === undefined && actual.length !== 1) return 'unknown';
  const fitsList = (value: string): boolean =>
    listed.some((pattern) => operator.compare(pattern, value)) !== operator.negated;
  return truthOf(quantifier === 'ForAnyValue' ? actual.some(fitsList) : actual.every(fitsList));
}

function isArn(text: string): boolean {
  return text.split(':').length >= 6;
}

function isNull(listed: readonly string[], absent: boolean): Truth {
  const [value, ...more] = listed;
  if (more.length > 0 || (value !== 'true' && value !== 'false')) return 'unknown';
  return truthOf((value === 'true') === absent);
}

/** Negated operators hold where there is no such key (IAM user guide, condition operators). */
function withoutValue(operator: Operator, quantifier: string | undefined, ifExists: boolean): Truth {
  if (ifExists || quantifier === 'ForAllValues') return 'yes';
  if (quantifier === 'ForAnyValue') return 'no';
  return truthOf(operator.negated);
}

function truthOf(holding: boolean): Truth {
  return holding ? 'yes' : 'no';
}
