/**
 * The chart on disk before the release is touched: what goes wrong with registries goes wrong here, and is told apart from
 * what goes wrong in the cluster. It also spares reading helm's words about the pull from the output of the upgrade.
 */
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import semver from 'semver';
import { parse } from 'yaml';
import { z } from 'zod';
import type { ReleaseIntent } from '../../model/config.ts';
import { Failure } from '../../model/failure.ts';
import { errorMessage } from '../../tools/error-message.ts';
import { chartSource } from './chart-source.ts';
import type { RemoteSource } from './chart-source.ts';
import type { Helm } from './helm.ts';
import { isMissing, loginFailure, pullFailure } from './pull-errors.ts';

export interface Chart {
  /** A directory or an archive. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
}

interface Credentials {
  readonly username: string;
  readonly password: string;
}

const chartSchema = z.object({ name: z.string(), version: z.string() });
/** The alias of a repository that needs a sign-in, in the isolated list of repositories. */
const ALIAS = 'spaces-workload-identity';

function credentialsOf({ registryUsername, registryPassword }: ReleaseIntent): Credentials | undefined {
  if (registryUsername === undefined || registryPassword === undefined) return undefined;
  return { username: registryUsername, password: registryPassword };
}

/** Signs in with the password on stdin: an argument could be read by every process of the machine. */
async function login(
  helm: Helm,
  intent: ReleaseIntent,
  source: RemoteSource,
  credentials: Credentials,
): Promise<void> {
  const { username, password } = credentials;
  const as = [`--username=${username}`, '--password-stdin'];
  const args =
    source.kind === 'oci'
      ? ['registry', 'login', source.host, ...as, ...(intent.registryPlainHttp ? ['--plain-http'] : [])]
      : ['repo', 'add', ALIAS, intent.chart, ...as];
  const { code, stderr } = await helm.chart(args, { ownLogin: true, stdin: password });
  if (code !== 0) throw loginFailure(source.kind === 'oci' ? source.host : intent.chart, stderr, credentials);
}

/** A credential helper of the runner may have kept the sign-in outside of our directory. */
async function logout(helm: Helm, source: RemoteSource): Promise<void> {
  if (source.kind === 'oci') await helm.chart(['registry', 'logout', source.host], { ownLogin: true });
}

function pullArgs(
  intent: ReleaseIntent,
  source: RemoteSource,
  name: string,
  signedIn: boolean,
): readonly string[] {
  const plain = intent.registryPlainHttp ? ['--plain-http'] : [];
  switch (source.kind) {
    case 'oci':
      return [source.reference, ...plain];
    case 'archive-url':
      return [source.url];
    case 'repository':
      return signedIn ? [`${ALIAS}/${name}`] : [name, `--repo=${source.url}`];
  }
}

/** The deployed version as Helm stored it, then with the `v` that the tags of some registries have. */
function versionsToTry(source: RemoteSource, wanted: string): readonly string[] {
  const other = wanted.startsWith('v') ? wanted.slice(1) : `v${wanted}`;
  return source.kind === 'oci' && semver.valid(wanted) !== null ? [wanted, other] : [wanted];
}

async function pull(
  helm: Helm,
  intent: ReleaseIntent,
  source: RemoteSource,
  name: string,
  wanted: string,
): Promise<string> {
  const into = join(helm.options.directory, 'chart');
  await rm(into, { recursive: true, force: true });
  await mkdir(into, { recursive: true, mode: 0o700 });
  const credentials = credentialsOf(intent);
  const ownLogin = credentials !== undefined;
  if (credentials !== undefined) await login(helm, intent, source, credentials);
  try {
    const said: string[] = [];
    for (const version of versionsToTry(source, wanted)) {
      const args = [
        'pull',
        ...pullArgs(intent, source, name, ownLogin),
        `--version=${version}`,
        `--destination=${into}`,
      ];
      const { code, stderr } = await helm.chart(args, { ownLogin });
      if (code === 0) break;
      said.push(stderr);
      if (!isMissing(stderr)) break;
    }
    const archive = (await readdir(into)).find((file) => file.endsWith('.tgz'));
    if (archive === undefined) throw pullFailure(intent.chart, wanted, said[0] ?? '', credentials);
    return join(into, archive);
  } finally {
    if (ownLogin) await logout(helm, source);
  }
}

async function local(path: string): Promise<string> {
  const absolute = resolve(path);
  try {
    await stat(absolute);
    return absolute;
  } catch (error) {
    throw new Failure('chart-unavailable', {
      tried: `find chart ${path}`,
      said: errorMessage(error),
      next: 'Set `chart` to an oci:// reference, a repository URL, or the path of a chart directory or .tgz in the workspace.',
      cause: error,
    });
  }
}

async function inspect(helm: Helm, chart: string, path: string): Promise<Chart> {
  const { code, stdout, stderr } = await helm.chart(['show', 'chart', path], { ownLogin: true });
  const yaml: unknown = code === 0 ? parse(stdout) : undefined;
  const parsed = chartSchema.safeParse(yaml);
  if (parsed.success) return { path, ...parsed.data };
  throw new Failure('chart-unavailable', {
    tried: `read chart ${chart}`,
    said: code === 0 ? 'its Chart.yaml has no name or no version' : stderr.trim(),
    next: 'Check that `chart` is a Helm chart.',
  });
}

function same(one: string, other: string): boolean {
  return one.replace(/^v/, '') === other.replace(/^v/, '');
}

/**
 * Refuses a chart that is not the deployed one: another name always, another version unless `chart-version` asks for it.
 * A version bump of Spaces migrates data and must never be the side effect of an annotation.
 */
function mustFit(
  chart: Chart,
  intent: ReleaseIntent,
  deployed: { readonly name: string; readonly version: string },
): void {
  const refuse = (said: string, next: string): Failure =>
    new Failure('chart-unavailable', { tried: `upgrade ${intent.name} with ${intent.chart}`, said, next });
  if (chart.name !== deployed.name) {
    throw refuse(
      `it is chart ${chart.name}, deployed is ${deployed.name}`,
      'Set `chart` to the chart of the Space.',
    );
  }
  const wanted = intent.chartVersion ?? deployed.version;
  if (same(chart.version, wanted) || (intent.chartVersion !== undefined && semver.valid(wanted) === null))
    return;
  const next =
    intent.chartVersion === undefined
      ? `Use the chart of version ${wanted}, or set \`chart-version: ${chart.version}\` to move the Space to it.`
      : 'Set `chart-version` to the version of the chart.';
  throw refuse(`the chart has version ${chart.version}, wanted is ${wanted}`, next);
}

/** The chart to upgrade with, on disk and checked. Throws `chart-unavailable`. */
export async function fetchChart(
  helm: Helm,
  intent: ReleaseIntent,
  deployed: { readonly name: string; readonly version: string },
): Promise<Chart> {
  const source = chartSource(intent.chart);
  const wanted = intent.chartVersion ?? deployed.version;
  const path =
    source.kind === 'local'
      ? await local(source.path)
      : await pull(helm, intent, source, deployed.name, wanted);
  const chart = await inspect(helm, intent.chart, path);
  mustFit(chart, intent, deployed);
  return chart;
}
