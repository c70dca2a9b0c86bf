/** Reads Helm's records of a release: metadata and history, which hold no values and no manifest, hence no secrets. */
import { z } from 'zod';
import type { Json } from '../../model/json.ts';
import { Failure } from '../../model/failure.ts';
import { retryWhileBusy } from '../retry-while-busy.ts';
import type { ExecResult } from '../../tools/exec.ts';
import { parseJson } from '../../tools/parse-json.ts';
import type { Helm, ReleaseName } from './helm.ts';

const metadataSchema = z.object({
  chart: z.string(),
  version: z.string(),
  revision: z.coerce.number(),
  status: z.string().transform((status) => status.toLowerCase()),
  /** When helm began it: a release that was installed anew begins at revision 1 again. */
  deployedAt: z.string().optional(),
  /** Not every version of Helm gives them. */
  labels: z.record(z.string(), z.string()).optional(),
});
const historySchema = z.array(
  z.object({ revision: z.coerce.number(), status: z.string().transform((status) => status.toLowerCase()) }),
);

export type Metadata = z.infer<typeof metadataSchema>;

/** What helm printed, checked. Errors do not quote it: values may hold credentials. */
function parseOutput<T>(stdout: string, schema: z.ZodType<T>, tried: string): T {
  try {
    return parseJson(stdout, schema);
  } catch (error) {
    const said = error instanceof z.ZodError ? z.prettifyError(error) : 'its output is not JSON';
    const next =
      'This helm prints otherwise than expected. Leave `helm-version` out, and report the version.';
    throw new Failure('internal', { tried, said, next });
  }
}

const valuesSchema = z.record(z.string(), z.json());

/** The values of a revision: those that the user has given, or with `all` the chart's defaults under them. */
export async function readValues(
  helm: Helm,
  release: ReleaseName,
  revision: number,
  which: 'own' | 'all',
): Promise<Readonly<Record<string, Json>>> {
  const tried = `read the values of Helm release ${release.namespace}/${release.name}`;
  const all = which === 'all' ? ['--all'] : [];
  const args = ['get', 'values', release.name, ...all, '--output=json', `--revision=${revision}`];
  const { code, stdout, stderr } = await readRelease(helm, release, tried, args);
  if (code !== 0) throw helm.failure(tried, stderr);
  return parseOutput(stdout, valuesSchema.nullable(), tried) ?? {};
}

/** Whether the text says that there is no such release. */
function isAbsent({ code, stderr }: ExecResult): boolean {
  return code !== 0 && /release: not found/.test(stderr);
}

/** A read about a release; repeats what a busy API server refused. An exit code other than 0 is the caller's to read. */
async function readRelease(
  helm: Helm,
  release: ReleaseName,
  tried: string,
  args: readonly string[],
): Promise<ExecResult> {
  return await retryWhileBusy(helm.options, tried, () => helm.release(release, tried, args));
}

function metadataArgs(name: string, revision: number | undefined): readonly string[] {
  const args = ['get', 'metadata', name, '--output=json'];
  return revision === undefined ? args : [...args, `--revision=${revision}`];
}

/** The last revision's record, or the given one's; undefined when there is no such release. */
export async function readMetadata(
  helm: Helm,
  release: ReleaseName,
  revision?: number,
): Promise<Metadata | undefined> {
  const tried = `read Helm release ${release.namespace}/${release.name}`;
  const result = await readRelease(helm, release, tried, metadataArgs(release.name, revision));
  if (isAbsent(result)) return undefined;
  if (result.code !== 0) throw helm.failure(tried, result.stderr);
  return parseOutput(result.stdout, metadataSchema, tried);
}

/** The newest revision in one of the states, undefined when there is none. */
export async function newestRevision(
  helm: Helm,
  release: ReleaseName,
  states: readonly string[],
): Promise<number | undefined> {
  const tried = `read the history of Helm release ${release.namespace}/${release.name}`;
  const result = await readRelease(helm, release, tried, ['history', release.name, '--output=json']);
  if (result.code !== 0) throw helm.failure(tried, result.stderr);
  const history = parseOutput(result.stdout, historySchema, tried);
  const revisions = history.filter(({ status }) => states.includes(status)).map(({ revision }) => revision);
  return revisions.length === 0 ? undefined : Math.max(...revisions);
}

/**
 * The record of the revision whose chart and values an upgrade builds on: the deployed one, else the last (Helm's own rule). There is
 * none deployed at the end of an upgrade: Helm writes `superseded` into the record before, and `deployed` into the new one a moment later.
 */
export async function readBase(helm: Helm, release: ReleaseName, last: Metadata): Promise<Metadata> {
  if (last.status === 'deployed') return last;
  const revision = (await newestRevision(helm, release, ['deployed'])) ?? last.revision;
  if (revision === last.revision) return last;
  const record = (await readMetadata(helm, release, revision)) ?? last;
  return { ...record, revision };
}
