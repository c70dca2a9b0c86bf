/** Fetches the chart before the release is touched, so that errors of registries are told apart from errors of the cluster. */
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import semver from 'semver';
import { parse } from 'yaml';
import { z } from 'zod';
import type { ReleaseIntent } from '../../model/config.ts';
import { Failure } from '../../model/failure.ts';
import { errorCode, errorMessage } from '../../tools/error-message.ts';
import { chartSource, type RemoteSource } from './chart-source.ts';
import type { Helm } from './helm.ts';
import { isMissing, loginFailure, pullFailure, type RegistryCredentials } from './pull-errors.ts';

export interface Chart {
  /** A directory or an archive. */
  readonly path: string;
  readonly name: string;
  readonly version: string;
}

/** The chart of the deployed revision. */
export interface DeployedChart {
  readonly name: string;
  readonly version: string;
}

const chartSchema = z.object({ name: z.string(), version: z.string() });
/** The alias of a repository that needs a sign-in, in the isolated list of repositories. */
const ALIAS = 'spaces-workload-identity';

function credentialsOf({
  registryUsername,
  registryPassword,
}: ReleaseIntent): RegistryCredentials | undefined {
  if (registryUsername === undefined || registryPassword === undefined) return undefined;
  return { username: registryUsername, password: registryPassword };
}

/** Signs in with the password on stdin: every process of the machine can read arguments. */
async function login(
  helm: Helm,
  intent: ReleaseIntent,
  source: RemoteSource,
  credentials: RegistryCredentials,
): Promise<void> {
  const { username, password } = credentials;
  const as = [`--username=${username}`, '--password-stdin'];
  const args =
    source.kind === 'oci'
      ? ['registry', 'login', source.host, ...as, ...(intent.registryPlainHttp ? ['--plain-http'] : [])]
      : ['repo', 'add', ALIAS, intent.chart, ...as];
  const where = source.kind === 'oci' ? source.host : intent.chart;
  const tried = `sign in to ${where}`;
  const { code, stderr } = await helm.chart(tried, args, { ownLogin: true, stdin: password });
  if (code !== 0) throw loginFailure(tried, stderr, credentials);
}

/**
 * Needed since a credential helper of the runner may have stored the sign-in outside of our directory. One that fails is no
 * reason to fail, nor to hide why the pull did.
 */
async function logout(helm: Helm, source: RemoteSource): Promise<void> {
  if (source.kind !== 'oci') return;
  const tried = `sign out of ${source.host}`;
  try {
    await helm.chart(tried, ['registry', 'logout', source.host], { ownLogin: true });
  } catch (error) {
    helm.options.log.info(`could not ${tried}: ${errorMessage(error)}`);
  }
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
function versionsToTry(source: RemoteSource, version: string): readonly string[] {
  const other = version.startsWith('v') ? version.slice(1) : `v${version}`;
  return source.kind === 'oci' && semver.valid(version) !== null ? [version, other] : [version];
}

async function pull(
  helm: Helm,
  intent: ReleaseIntent,
  source: RemoteSource,
  name: string,
  version: string,
): Promise<string> {
  const into = join(helm.options.directory, 'chart');
  await rm(into, { recursive: true, force: true });
  await mkdir(into, { recursive: true, mode: 0o700 });
  const credentials = credentialsOf(intent);
  const ownLogin = credentials !== undefined;
  if (credentials !== undefined) await login(helm, intent, source, credentials);
  try {
    const tried = `pull chart ${intent.chart}, version ${version}`;
    const said: string[] = [];
    for (const tag of versionsToTry(source, version)) {
      const args = [
        'pull',
        ...pullArgs(intent, source, name, ownLogin),
        `--version=${tag}`,
        `--destination=${into}`,
      ];
      const { code, stderr } = await helm.chart(tried, args, { ownLogin });
      if (code === 0) break;
      said.push(stderr);
      if (!isMissing(stderr)) break;
    }
    const archive = (await readdir(into)).find((file) => file.endsWith('.tgz'));
    if (archive === undefined) throw pullFailure(tried, said[0] ?? '', credentials);
    return join(into, archive);
  } finally {
    if (ownLogin) await logout(helm, source);
  }
}

/** A path that leads nowhere is not quoted: it may be a secret in the wrong place. */
async function localChart(path: string): Promise<string> {
  const absolute = resolve(path);
  try {
    await stat(absolute);
    return absolute;
  } catch (error) {
    throw new Failure('chart-unavailable', {
      tried: 'find the chart at the path of `chart`',
      said: `it can't be read (${errorCode(error)})`,
      next: 'Set `chart` to an oci:// reference, a repository URL, or the path of a chart directory or .tgz in the workspace.',
    });
  }
}

async function readChart(helm: Helm, chart: string, path: string): Promise<Chart> {
  const tried = `read chart ${chart}`;
  const { code, stdout, stderr } = await helm.chart(tried, ['show', 'chart', path], { ownLogin: true });
  const yaml: unknown = code === 0 ? parse(stdout) : undefined;
  const parsed = chartSchema.safeParse(yaml);
  if (parsed.success) return { path, ...parsed.data };
  throw new Failure('chart-unavailable', {
    tried,
    said: code === 0 ? 'its Chart.yaml has no name or no version' : stderr.trim(),
    next: 'Check that `chart` is a Helm chart.',
  });
}

function isSameVersion(a: string, b: string): boolean {
  return a.replace(/^v/, '') === b.replace(/^v/, '');
}

/**
 * Refuses a chart that is not the deployed one: another name always, another version unless `chart-version` asks for it.
 * A new version of Spaces migrates data: that must never happen as a side effect of an annotation.
 */
function refuseOtherChart(chart: Chart, intent: ReleaseIntent, deployed: DeployedChart): void {
  const refuse = (said: string, next: string): Failure =>
    new Failure('chart-unavailable', { tried: `upgrade ${intent.name} with ${intent.chart}`, said, next });
  if (chart.name !== deployed.name) {
    throw refuse(
      `it is chart ${chart.name}, deployed is ${deployed.name}`,
      'Set `chart` to the chart of the Space.',
    );
  }
  const desired = intent.chartVersion ?? deployed.version;
  const isRange = intent.chartVersion !== undefined && semver.valid(desired) === null;
  if (isRange || isSameVersion(chart.version, desired)) return;
  const next =
    intent.chartVersion === undefined
      ? `Use the chart of version ${desired}, or set \`chart-version: ${chart.version}\` to move the Space to it.`
      : 'Set `chart-version` to the version of the chart.';
  throw refuse(`the chart has version ${chart.version}, wanted is ${desired}`, next);
}

/** The chart to upgrade with, on disk and checked. Throws `chart-unavailable`. */
export async function fetchChart(helm: Helm, intent: ReleaseIntent, deployed: DeployedChart): Promise<Chart> {
  const source = chartSource(intent.chart);
  const version = intent.chartVersion ?? deployed.version;
  const path =
    source.kind === 'local'
      ? await localChart(source.path)
      : await pull(helm, intent, source, deployed.name, version);
  const chart = await readChart(helm, intent.chart, path);
  refuseOtherChart(chart, intent, deployed);
  return chart;
}
