/** IAM's patterns: `*` for any characters, `?` for one. */

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
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
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

function arnParts(arn: string): readonly string[] {
  const parts = arn.split(':');
  return parts.length <= 6 ? parts : [...parts.slice(0, 5), parts.slice(5).join(':')];
}
