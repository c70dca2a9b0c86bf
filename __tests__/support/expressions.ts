/** GitHub's expressions as far as our workflows use them, so that a test can follow what they hand from step to step. */

export interface Context {
  readonly [name: string]: Context | string | undefined;
}

const TOKEN = /'(?:[^']|'')*'|[\w-]+(?:\.[\w-]+)*(?:\(\))?|==|!=|&&|\|\||[!()]/g;

/** The text with each `${{ … }}` in it worked out. */
export function rendered(text: string, context: Context): string {
  return text.replaceAll(/\$\{\{(.*?)\}\}/g, (_, expression: string) => valueOf(expression, context));
}

/** Whether an `if:` holds. A function such as `cancelled()` is a name in the context. */
export function holds(condition: string, context: Context): boolean {
  return isTrue(valueOf(condition.replace(/^\s*\$\{\{(.*)\}\}\s*$/, '$1'), context));
}

/** An empty text and `false` are false (GitHub's reference of expressions, "Literals"). */
const isTrue = (value: string): boolean => value !== '' && value !== 'false';

/** What is not there is an empty text. Throws on what is not understood. */
function valueOf(expression: string, context: Context): string {
  const tokens = expression.match(TOKEN) ?? [];
  if (tokens.join('') !== expression.replaceAll(/\s(?=(?:[^']*'[^']*')*[^']*$)/g, ''))
    throw new Error(`not understood: ${expression}`);
  const isNext = (token: string): boolean => tokens[0] === token && tokens.shift() !== undefined;
  const primary = (): string => {
    if (isNext('!')) return String(!isTrue(primary()));
    if (isNext('(')) {
      const inner = either();
      if (!isNext(')')) throw new Error(`a bracket is open: ${expression}`);
      return inner;
    }
    const token = tokens.shift() ?? '';
    return token.startsWith("'") ? token.slice(1, -1).replaceAll("''", "'") : lookedUp(token, context);
  };
  const comparison = (): string => {
    const left = primary();
    if (isNext('==')) return String(left === primary());
    return isNext('!=') ? String(left !== primary()) : left;
  };
  const both = (): string => {
    const left = comparison();
    if (!isNext('&&')) return left;
    const right = both();
    return isTrue(left) ? right : left;
  };
  const either = (): string => {
    const left = both();
    if (!isNext('||')) return left;
    const right = either();
    return isTrue(left) ? left : right;
  };
  const value = either();
  if (tokens.length > 0) throw new Error(`too much: ${expression}`);
  return value;
}

function lookedUp(path: string, context: Context): string {
  let found: Context | string | undefined = context;
  for (const name of path.split('.')) found = typeof found === 'object' ? found[name] : undefined;
  return typeof found === 'string' ? found : '';
}
