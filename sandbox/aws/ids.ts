/** Ids and access keys of the forms that AWS gives them. */
import { randomBytes, randomInt } from 'node:crypto';

const upperBase32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const lowerAlphanumeric = 'abcdefghijklmnopqrstuvwxyz0123456789';
const mixedAlphanumeric = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';

function pick(alphabet: string, length: number): string {
  return Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join('');
}

/** A unique id with the prefix that tells its kind: AROA (role), AIDA (user), ANPA (policy), AKIA and ASIA (access keys). */
export function uniqueId(prefix: 'AROA' | 'AIDA' | 'ANPA' | 'AKIA' | 'ASIA'): string {
  return prefix + pick(upperBase32, prefix.startsWith('A') && prefix.endsWith('IA') ? 16 : 17);
}

export function secretAccessKey(): string {
  return randomBytes(30).toString('base64');
}

export function sessionToken(): string {
  return randomBytes(180).toString('base64');
}

/** Pod Identity association id: `a-` and 17 characters. */
export function associationId(): string {
  return `a-${pick(lowerAlphanumeric, 17)}`;
}

/** The six characters that Secrets Manager puts after a secret's name. */
export function secretSuffix(): string {
  return pick(mixedAlphanumeric, 6);
}
