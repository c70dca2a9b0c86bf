/** Finds where the API server has the objects of a kind that an operator brings. */
import { z } from 'zod';
import { errorKindOf } from '../stderr.ts';
import { type Answered, answerWith, objectIn } from './answer.ts';
import type { Send } from './api.ts';

const groupsSchema = z.object({
  groups: z.array(z.object({ name: z.string(), versions: z.array(z.object({ groupVersion: z.string() })) })),
});
const kindsSchema = z.object({ resources: z.array(z.object({ name: z.string() })) });

/**
 * Where all objects of a kind are listed: in the first version that has it, by the API server's own order. Undefined when no version
 * has it. This follows from the API server's own lists alone: kubectl says of a kind that it was not told of that there is none.
 */
export async function findPath(
  send: Send,
  tried: string,
  group: string,
  resource: string,
): Promise<Answered<string | undefined>> {
  const groups = objectIn(await send({ method: 'GET', path: '/apis', tried }), groupsSchema);
  if (groups.code !== 0) return { ...groups, value: undefined };
  const versions = groups.value?.groups.find(({ name }) => name === group)?.versions ?? [];
  for (const { groupVersion } of versions) {
    const path = `/apis/${groupVersion}`;
    const kinds = objectIn(await send({ method: 'GET', path, tried }), kindsSchema);
    // The version went away in between.
    if (errorKindOf(kinds.stderr) === 'unknown-resource') continue;
    if (kinds.code !== 0) return { ...kinds, value: undefined };
    if (kinds.value?.resources.some(({ name }) => name === resource) === true)
      return answerWith(`${path}/${resource}`);
  }
  return answerWith(undefined);
}
