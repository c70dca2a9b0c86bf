/** Tells a kind of resources that the cluster does not have from one that kubectl was not told of. */
import { z } from 'zod';
import type { ExecResult } from '../../tools/exec.ts';
import { parseJsonIfValid } from '../../tools/parse-json.ts';
import { errorKindOf, NOT_TOLD } from '../stderr.ts';

/** The answer to a GET of one path, without any look-up of kinds. */
export type GetPath = (path: string) => Promise<ExecResult>;

const groupSchema = z.object({ versions: z.array(z.object({ groupVersion: z.string() })).min(1) });
const kindsSchema = z.object({ resources: z.array(z.object({ name: z.string(), kind: z.string() })) });

/** The kinds that `kubectl get` is asked for, as `controlplanes.spaces.upbound.io` or `deployment.apps`. */
function kindsIn([verb, resources = '']: readonly string[]): readonly string[] {
  if (verb !== 'get') return [];
  return resources.split(',').map((resource) => resource.replace(/\/.*$/, ''));
}

/**
 * What to make of a call of kubectl that knows no such kind. kubectl says so too where a busy API server did not tell it all
 * kinds: "there is none" must not come of that. So the API server is asked for the group itself, and the words stay only where it
 * says that a kind is not there; else the answer is the error that kept it from being told.
 */
export async function confirmed(
  result: ExecResult,
  args: readonly string[],
  get: GetPath,
): Promise<ExecResult> {
  // A path that is not there is an answer by itself.
  if (result.code === 0 || args.some((arg) => arg.startsWith('--raw'))) return result;
  if (errorKindOf(result.stderr) !== 'unknown-resource') return result;
  for (const kind of kindsIn(args)) {
    const [name = '', group = ''] = kind.split(/\.(.*)/);
    const answer = await find(name, await versionsOf(group, get), get);
    if (answer === 'absent') return result;
    if (answer !== 'served') return answer;
  }
  return { ...result, stderr: NOT_TOLD };
}

/** Paths of all versions of a group; none where there is no such group, else the call that did not tell it. */
async function versionsOf(group: string, get: GetPath): Promise<readonly string[] | ExecResult> {
  if (group === '') return ['/api/v1'];
  const answer = await get(`/apis/${group}`);
  if (isNotFound(answer)) return [];
  const versions = parseJsonIfValid(answer.stdout, groupSchema)?.versions;
  return versions?.map(({ groupVersion }) => `/apis/${groupVersion}`) ?? failed(answer);
}

/** Whether any of the versions has the kind, by its plural or its singular; else the call that did not tell it. */
async function find(
  name: string,
  versions: readonly string[] | ExecResult,
  get: GetPath,
): Promise<ExecResult | 'served' | 'absent'> {
  if (!isList(versions)) return versions;
  for (const path of versions) {
    const answer = await get(path);
    if (isNotFound(answer)) continue;
    const kinds = parseJsonIfValid(answer.stdout, kindsSchema)?.resources;
    if (kinds === undefined) return failed(answer);
    if (kinds.some((each) => each.name === name || each.kind.toLowerCase() === name)) return 'served';
  }
  return 'absent';
}

function isList(versions: readonly string[] | ExecResult): versions is readonly string[] {
  return Array.isArray(versions);
}

function isNotFound({ code, stderr }: ExecResult): boolean {
  return code !== 0 && stderr.includes('(NotFound)');
}

/** An answer of something else than an API server fails too. */
function failed(result: ExecResult): ExecResult {
  return result.code === 0 ? { ...result, code: 1, stderr: NOT_TOLD } : result;
}
