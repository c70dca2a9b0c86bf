/** The clusters that were expected, and the places that could not be looked at, from the outputs of the search. */
import { z } from 'zod';
import type { Form } from '../../config/forms.ts';
import type { ExpectedCluster, UnreachablePlace } from './model.ts';

const entry = z
  .looseObject({
    cluster: z.string().min(1),
    region: z.string().min(1),
    account: z.string().default(''),
    label: z.string().default(''),
  })
  .transform(({ cluster, region, account, label }): ExpectedCluster => ({
    name: cluster,
    region,
    account,
    label: label === '' ? cluster : label,
  }));

const matrix = z.looseObject({ include: z.array(entry) }).transform(({ include }) => include);
const clusters = z.union([
  matrix,
  z.array(z.union([matrix, entry.transform((one) => [one])])).transform((list) => list.flat()),
]);

const place = z
  .looseObject({
    account: z.string().default(''),
    region: z.string().default(''),
    cluster: z.string().default(''),
    reason: z.string(),
  })
  .transform(({ cluster, reason, region, account }): UnreachablePlace => ({
    name: cluster,
    region,
    account,
    reason,
  }));

/** At the end of a list that did not fit into the output. */
const more = z.looseObject({ truncated: z.literal(true) }).transform((): UnreachablePlace => ({
  name: '',
  region: '',
  account: '',
  reason:
    'there are more such places than fit into the output `unreachable`; the file of `clusters-file` has them all',
}));

const places = z.array(z.union([place, more]));

function jsonForm<T>(allowed: string, schema: z.ZodType<T>): Form<T> {
  return z.string().transform((text, context) => {
    const result = schema.safeParse(jsonOf(text));
    if (result.success) return result.data;
    context.addIssue({ code: 'custom', message: allowed });
    return z.NEVER;
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The outputs `matrix` or `matrices` of `fleet/action.yml`; a cluster that stands there twice counts once. */
export const expectedForm: Form<readonly ExpectedCluster[]> = jsonForm(
  'the output `matrix` or `matrices` of the search as JSON, `{"include":[{"cluster":"…","region":"…"}]}` or a list of such',
  clusters,
).transform((all) => [
  ...new Map(all.map((one) => [JSON.stringify([one.name, one.region, one.account]), one])).values(),
]);

/** The output `unreachable`; an empty text is an empty list. */
export const unreachableForm: Form<readonly UnreachablePlace[]> = z
  .string()
  .transform((text) => (text.trim() === '' ? '[]' : text))
  .pipe(jsonForm('the output `unreachable` of the search as JSON, `[{"account":"…","reason":"…"}]`', places));
