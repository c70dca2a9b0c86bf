/** Parts of inputs that the operations of IAM share. */
import { z } from 'zod';

/** A list of the Query protocol; an empty one arrives as an empty string. */
export function list<Item extends z.ZodType>(item: Item) {
  return z.preprocess((value) => (value === '' ? [] : value), z.array(item));
}

const name = z
  .string()
  .regex(/^[\w+=,.@-]+$/, 'Member must satisfy regular expression pattern: [\\w+=,.@-]+');
export const roleName = name.max(64);
export const policyName = name.max(128);
export const policyDocument = z.string().min(1).max(131_072);
export const policyArn = z.string().min(20);
export const path = z
  .string()
  .max(512)
  .regex(/^(\/|\/[!-~]+\/)$/, 'Member must begin and end with /');
export const tagList = list(z.object({ Key: z.string().min(1).max(128), Value: z.string().max(256) }));
export const tagKeys = list(z.string().min(1).max(128));
export const paging = {
  MaxItems: z.coerce.number().int().min(1).max(1000).default(100),
  Marker: z.string().optional(),
};

/** Tags of a request as a record. */
export function tagsOf(tags: { Key: string; Value: string }[] | undefined): Record<string, string> {
  return Object.fromEntries((tags ?? []).map(({ Key, Value }) => [Key, Value]));
}

/** Tags as IAM lists them. */
export function tagListOf(tags: Record<string, string>) {
  return Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));
}

/** A page as IAM answers it. */
export function truncation(next: string | undefined) {
  return next === undefined ? { IsTruncated: false } : { IsTruncated: true, Marker: next };
}
