/** Label selectors by Kubernetes' own grammar, so that a bad one is told before any call (apimachinery, `pkg/labels/selector.go`). */
import { LABEL_KEY, LABEL_VALUE } from './inputs/patterns.ts';

/** Compared as 64-bit numbers, and label values at the same time. */
const NUMBER = /^\d{1,18}$/;

/** The words and symbols of a selector, the longest symbol first; blanks only part them. */
function tokensOf(text: string): readonly string[] {
  return [...text.matchAll(/==|!=|[=!<>(),]|[^ \t\r\n=!<>(),]+/g)].map(([token]) => token);
}

/** Tokens, read one after the other. Behind the last one stands the empty text. */
interface Reader {
  readonly peek: () => string;
  readonly take: () => string;
}

function readerOf(tokens: readonly string[]): Reader {
  let at = 0;
  const peek = (): string => tokens[at] ?? '';
  return {
    peek,
    take: () => {
      const token = peek();
      at += 1;
      return token;
    },
  };
}

const endsRequirement = (token: string): boolean => token === '' || token === ',';
const endsValue = (token: string): boolean => token === '' || token === ',' || token === ')';

/** Whether the API server understands the selector: `=`, `==`, `!=`, `in`, `notin`, `<`, `>`, `key`, `!key`, with commas between. */
export function isSelector(text: string): boolean {
  const reader = readerOf(tokensOf(text));
  do {
    if (!readRequirement(reader)) return false;
  } while (reader.take() === ',');
  return true;
}

/** One requirement, up to its comma or the end. */
function readRequirement(reader: Reader): boolean {
  const isNegated = reader.peek() === '!';
  if (isNegated) reader.take();
  if (!LABEL_KEY.test(reader.take())) return false;
  if (endsRequirement(reader.peek())) return true;
  return !isNegated && readRestriction(reader) && endsRequirement(reader.peek());
}

function readRestriction(reader: Reader): boolean {
  switch (reader.take()) {
    case 'in':
    case 'notin':
      return reader.take() === '(' && readSet(reader);
    case '=':
    case '==':
    case '!=':
      return endsRequirement(reader.peek()) || LABEL_VALUE.test(reader.take());
    case '<':
    case '>':
      return NUMBER.test(reader.take());
    default:
      return false;
  }
}

/** The values up to the closing parenthesis; some may be empty: `()`, `(,a)`, `(a,,b)`. */
function readSet(reader: Reader): boolean {
  for (;;) {
    if (!endsValue(reader.peek()) && !LABEL_VALUE.test(reader.take())) return false;
    const next = reader.take();
    if (next === ')') return true;
    if (next !== ',') return false;
  }
}
