/** Conditions of IAM policies, with a third answer where a request's values or an operator are not known here. */
import type { ConditionBlock } from '../model/policy.ts';
import { fits, fitsArn, hasVariable } from './evaluate-patterns.ts';

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

type Compare = (wanted: string, there: string) => boolean;

interface Operator {
  readonly compare: Compare;
  readonly negated: boolean;
}

const equals: Compare = (wanted, there) => wanted === there;
const equalsAnyCase: Compare = (wanted, there) => wanted.toLowerCase() === there.toLowerCase();

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

/** Whether the conditions hold. `puzzled` gets what could not be told, for a reader. */
export function conditionsHold(
  block: ConditionBlock,
  context: RequestContext,
  puzzled: (what: string) => void,
): Truth {
  const truths = Object.entries(block).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, wanted]) => {
      const truth = holds(operator, key.toLowerCase(), [wanted].flat().map(String), context);
      if (truth === 'unknown') puzzled(`${operator} on ${key}`);
      return truth;
    }),
  );
  return all(truths);
}

const FORM = /^(?:(ForAnyValue|ForAllValues):)?(\w+?)(IfExists)?$/;

function holds(text: string, key: string, wanted: readonly string[], context: RequestContext): Truth {
  const [, quantifier, name = '', ifExists] = FORM.exec(text) ?? [];
  const there = context.values.get(key);
  if (there === undefined && !context.isAbsent(key)) return 'unknown';
  if (name === 'Null') return isNull(wanted, there === undefined);
  const operator = OPERATORS.get(name);
  if (operator === undefined || wanted.some(hasVariable)) return 'unknown';
  if (there === undefined) return withoutValue(operator, quantifier, ifExists !== undefined);
  // How AWS compares what is no ARN is not documented.
  if (name.startsWith('Arn') && ![...wanted, ...there].every(isArn)) return 'unknown';
  // What AWS does with several values and no quantifier is not defined.
  if (quantifier === undefined && there.length !== 1) return 'unknown';
  const one = (value: string): boolean =>
    wanted.some((each) => operator.compare(each, value)) !== operator.negated;
  return truthOf(quantifier === 'ForAnyValue' ? there.some(one) : there.every(one));
}

function isArn(text: string): boolean {
  return text.split(':').length >= 6;
}

function isNull(wanted: readonly string[], absent: boolean): Truth {
  const [value, ...more] = wanted;
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
