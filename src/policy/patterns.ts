/** IAM's patterns: `*` for any characters, `?` for one; and policy variables, filled in as AWS does at the time of a request. */

/** Stand for a literal `*` and `?` in a pattern whose variables are filled in: no policy holds them. */
const LITERAL = { '*': '\u{E000}', '?': '\u{E001}' } as const;

const compiled = new Map<string, RegExp>();

/** Whether a text fits a pattern, with regard to case. */
export function fits(pattern: string, text: string): boolean {
  return expression(pattern).test(text);
}

function expression(pattern: string): RegExp {
  const known = compiled.get(pattern);
  if (known !== undefined) return known;
  const source = pattern
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    // Several in a row say no more than one, and would be tried in every way.
    .replaceAll(/\*+/g, '.*')
    .replaceAll('?', '.')
    .replaceAll(LITERAL['*'], String.raw`\*`)
    .replaceAll(LITERAL['?'], String.raw`\?`);
  const made = new RegExp(`^${source}$`, 's');
  compiled.set(pattern, made);
  return made;
}

/** Actions and condition keys know no case. */
export function fitsAnyCase(pattern: string, text: string): boolean {
  return fits(pattern.toLowerCase(), text.toLowerCase());
}

/** `${aws:username}` and its kin: filled in by AWS at the time of the request. */
export function hasVariable(text: string): boolean {
  return text.includes('${');
}

const VARIABLE = /\$\{([^}]*)\}/g;
/** A key, and the value that stands in where a request lacks it: `${aws:PrincipalTag/team, 'company'}`. */
const REFERENCE = /^\s*([^\s,']+)\s*(?:,\s*'([^'*?]*)'\s*)?$/;

/** The values of a key, none when a request has none; undefined when that is not known. */
export type LookUp = (key: string) => readonly string[] | undefined;

/** The pattern with its variables filled in; undefined where one can't be. What is filled in holds no wildcards (IAM user guide, policy variables). */
export function fillIn(pattern: string, lookUp: LookUp): string | undefined {
  let isWhole = !/[\u{E000}\u{E001}]/u.test(pattern);
  const filled = pattern.replaceAll(VARIABLE, (_variable, inner: string) => {
    if (inner === '*' || inner === '?') return LITERAL[inner];
    if (inner === '$') return '$';
    const value = valueOf(inner, lookUp);
    isWhole &&= value !== undefined;
    return (value ?? '').replaceAll('*', LITERAL['*']).replaceAll('?', LITERAL['?']);
  });
  return isWhole && !hasVariable(withoutVariables(pattern, '')) ? filled : undefined;
}

/** The pattern with another text in place of each variable. */
export function withoutVariables(pattern: string, instead: string): string {
  return pattern.replaceAll(VARIABLE, instead);
}

/** What becomes of a statement whose variable has no value and no default is not documented in full. */
function valueOf(reference: string, lookUp: LookUp): string | undefined {
  const [, key, fallback] = REFERENCE.exec(reference) ?? [];
  if (key === undefined) return undefined;
  const values = lookUp(key);
  if (values === undefined || values.length > 1) return undefined;
  return values[0] ?? fallback;
}

/** A pattern as plain text: for what is compared without wildcards. */
export function asText(pattern: string): string {
  return pattern.replaceAll(LITERAL['*'], '*').replaceAll(LITERAL['?'], '?');
}

/** ARNs are compared part by part: a `*` reaches no further than to the next colon, but in the last of the six parts. */
export function fitsArn(pattern: string, arn: string): boolean {
  const patterns = arnParts(pattern);
  const parts = arnParts(arn);
  const partFits = (partPattern: string, n: number): boolean => {
    const part = parts[n];
    return part !== undefined && fits(partPattern, part);
  };
  return patterns.length === 6 && patterns.every(partFits);
}

/** The six parts of an ARN, or fewer. */
export function arnParts(arn: string): readonly string[] {
  const parts = arn.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}
