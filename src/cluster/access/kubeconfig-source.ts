/** What the input `kubeconfig` holds: the text of a kubeconfig in one of its forms, or the path of a file. */
import { homedir } from 'node:os';
import { join, resolve } from 'node:path';
import { parse } from 'yaml';

export type KubeconfigSource =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'path'; readonly path: string }
  /** Several lines that are no kubeconfig. */
  | { readonly kind: 'neither' };

const BASE64 = /^[\w+/-]+={0,2}$/;

/** The value of YAML or JSON; undefined when it is neither. Nothing of the text gets into a message or a warning. */
export function parseQuietly(text: string): unknown {
  try {
    // Warnings of the parser quote the text on stderr.
    const value: unknown = parse(text, { logLevel: 'error' });
    return value;
  } catch {
    return undefined;
  }
}

/**
 * A text is known by what it parses to, as it is or as base64; what is left and has one line can only be a path. It may as well be
 * a secret that was cut off or put in the wrong place, so it is shown nowhere before a file of this name was found.
 */
export function kubeconfigSource(given: string): KubeconfigSource {
  const text = given.replace(/^\u{FEFF}/u, '');
  if (isMapping(text)) return { kind: 'text', text };
  const decoded = fromBase64(text);
  if (decoded !== undefined && isMapping(decoded)) return { kind: 'text', text: decoded };
  const line = text.trim();
  return /[\r\n]/.test(line) ? { kind: 'neither' } : { kind: 'path', path: absolute(line) };
}

function isMapping(text: string): boolean {
  const value = parseQuietly(text);
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Decodes base64 in one line or wrapped, of either alphabet; undefined for anything else. */
function fromBase64(text: string): string | undefined {
  const packed = text.replaceAll(/\s/g, '');
  if (!BASE64.test(packed)) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(packed, 'base64'));
  } catch {
    return undefined;
  }
}

function absolute(path: string): string {
  return resolve(/^~(?:[/\\]|$)/.test(path) ? join(homedir(), path.slice(1)) : path);
}
