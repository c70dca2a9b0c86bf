/** Conditions of IAM policies, with a third answer where a request's values or an operator are not known here. */
import type { ConditionBlock } from '../model/policy.ts';
import { all, any, not, type Truth, truthOf } from './truth.ts';
import { asText, fillIn, fits, fitsArn, hasVariable } from './patterns.ts';

/** What is known of a request's condition keys, their names in lower case. */
export interface RequestContext {
  readonly values: ReadonlyMap<string, readonly string[]>;
  /** Whether a key without values is certainly not part of such a request. */
  readonly isAbsent: (key: string) => boolean;
}

/** A request of which no key is known, nor which it lacks. */
export const ANY_REQUEST: RequestContext = { values: new Map(), isAbsent: () => false };

/** Compares a value of the policy with one of the request. */
type Compare = (listed: string, actual: string) => Truth;

interface Operator {
  readonly compare: Compare;
  readonly negated: boolean;
  /** Whether variables in its values are filled in here. */
  readonly takesVariables: boolean;
}

const equals: Compare = (listed, actual) => truthOf(asText(listed) === actual);
const equalsAnyCase: Compare = (listed, actual) =>
  truthOf(asText(listed).toLowerCase() === actual.toLowerCase());
const like: Compare = (listed, actual) => truthOf(fits(listed, actual));
/** How AWS compares what is no ARN is not documented. */
const likeArn: Compare = (listed, actual) =>
  [listed, actual].every((text) => text.split(':').length >= 6)
    ? truthOf(fitsArn(listed, actual))
    : 'unknown';
const sameFlag: Compare = (listed, actual) =>
  [listed, actual].every((text) => /^(?:true|false)$/i.test(text))
    ? equalsAnyCase(listed, actual)
    : 'unknown';
/** Numbers, dates, addresses and binary data: no request that is asked about here has a value of theirs. */
const beyond: Compare = () => 'unknown';

/** A pair of operators, the second for what the first does not take. */
function pair(
  [name, negation]: readonly [string, string],
  compare: Compare,
  takesVariables = true,
): readonly (readonly [string, Operator])[] {
  return [
    [name.toLowerCase(), { compare, negated: false, takesVariables }],
    [negation.toLowerCase(), { compare, negated: true, takesVariables }],
  ];
}

const single = (name: string, compare: Compare): readonly [string, Operator] => [
  name.toLowerCase(),
  { compare, negated: false, takesVariables: false },
];

/** Operators by their names in lower case. In whatever case a policy writes one, it can mean nothing else. */
const OPERATORS: ReadonlyMap<string, Operator> = new Map([
  ...pair(['StringEquals', 'StringNotEquals'], equals),
  ...pair(['StringEqualsIgnoreCase', 'StringNotEqualsIgnoreCase'], equalsAnyCase),
  ...pair(['StringLike', 'StringNotLike'], like),
  // The two kinds mean the same (IAM user guide, ARN condition operators). Whether a variable's colon counts is not said there.
  ...pair(['ArnEquals', 'ArnNotEquals'], likeArn, false),
  ...pair(['ArnLike', 'ArnNotLike'], likeArn, false),
  ...pair(['NumericEquals', 'NumericNotEquals'], beyond, false),
  ...pair(['DateEquals', 'DateNotEquals'], beyond, false),
  ...pair(['IpAddress', 'NotIpAddress'], beyond, false),
  ...['LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals'].flatMap((order) => [
    single(`Numeric${order}`, beyond),
    single(`Date${order}`, beyond),
  ]),
  single('BinaryEquals', beyond),
  single('Bool', sameFlag),
]);

/** A request, as conditions look at it, and whether the policy's version knows variables. */
export interface Situation {
  readonly context: RequestContext;
  readonly variables: boolean;
}

/** Whether the conditions hold. `onUnknown` is told what could not be evaluated. */
export function conditionsHold(
  block: ConditionBlock,
  situation: Situation,
  onUnknown: (what: string) => void,
): Truth {
  const truths = Object.entries(block).flatMap(([operator, keys]) =>
    Object.entries(keys).map(([key, listed]) => {
      const truth = holds(operator, key.toLowerCase(), [listed].flat().map(String), situation);
      if (truth === 'unknown') onUnknown(`${operator} on ${key}`);
      return truth;
    }),
  );
  return all(truths);
}

/** Keys that hold a list, be it of one value (IAM user guide, multivalued context keys). */
const MULTIVALUED: ReadonlySet<string> = new Set([
  'aws:tagkeys',
  'sts:transitivetagkeys',
  'aws:principalorgpaths',
  'aws:principalservicenameslist',
]);

const FORM = /^(?:(ForAnyValue|ForAllValues):)?([a-z]+?)(IfExists)?$/i;

function holds(text: string, key: string, listed: readonly string[], situation: Situation): Truth {
  const { context } = situation;
  const [, set = '', name = '', ifExists] = FORM.exec(text) ?? [];
  const actual = context.values.get(key);
  if (actual === undefined && !context.isAbsent(key)) return 'unknown';
  // Its value alone is looked at, so neither a set operator nor a suffix goes with it.
  if (/^null$/i.test(text)) return isNull(listed, actual === undefined);
  const operator = OPERATORS.get(name.toLowerCase());
  if (operator === undefined) return 'unknown';
  const quantifier = set.toLowerCase();
  if (actual === undefined) return withoutValue(operator, quantifier, ifExists !== undefined);
  // What AWS does with several values and no quantifier is not defined.
  if (quantifier === '' && (actual.length !== 1 || MULTIVALUED.has(key))) return 'unknown';
  const patterns = listed.map((pattern) => filledIn(pattern, operator, situation));
  const fitsList = (value: string): Truth => {
    const compared = patterns.map((pattern) =>
      pattern === undefined ? 'unknown' : operator.compare(pattern, value),
    );
    return operator.negated ? not(any(compared)) : any(compared);
  };
  const truths = actual.map(fitsList);
  return quantifier === 'foranyvalue' ? any(truths) : all(truths);
}

/** Undefined when it holds a variable that can't be filled in here. */
function filledIn(
  pattern: string,
  { compare, takesVariables }: Operator,
  situation: Situation,
): string | undefined {
  if (!situation.variables || !hasVariable(pattern)) return pattern;
  // What they stand for where wildcards mean nothing anyway is not said in so many words.
  if (compare !== like && /\$\{[*?$]\}/.test(pattern)) return undefined;
  return takesVariables ? fillInFrom(pattern, situation.context) : undefined;
}

/** A pattern with its variables taken from the request; undefined where that can't be done. */
export function fillInFrom(pattern: string, { values, isAbsent }: RequestContext): string | undefined {
  return fillIn(pattern, (name) => {
    const key = name.toLowerCase();
    return values.get(key) ?? (isAbsent(key) ? [] : undefined);
  });
}

function isNull(listed: readonly string[], absent: boolean): Truth {
  const [value, ...more] = listed;
  if (more.length > 0 || (value !== 'true' && value !== 'false')) return 'unknown';
  return truthOf((value === 'true') === absent);
}

/** Negated operators hold where there is no such key (IAM user guide, condition operators). */
function withoutValue(operator: Operator, quantifier: string, ifExists: boolean): Truth {
  // The guide says both: `ForAnyValue` is false without the key, and what ends in `IfExists` is true.
  if (quantifier === 'foranyvalue') return ifExists ? 'unknown' : 'no';
  if (ifExists || quantifier === 'forallvalues') return 'yes';
  return truthOf(operator.negated);
}
