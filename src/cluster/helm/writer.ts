/** Upgrades the Space's Helm release. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure } from '../../model/failure.ts';
import type { HelmWriter, UpgradeRequest } from '../../model/ports.ts';
import { isHelm4 } from '../../tools/install/versions.ts';
import { writePrivate } from '../../tools/private-files.ts';
import type { ReleaseSecrets } from '../release-secrets.ts';
import { claimFor, isBroken } from './claim.ts';
import { type Chart, type DeployedChart, fetchChart } from './fetch-chart.ts';
import { busy, waitUntilFree } from './free-release.ts';
import type { Helm, HelmProgram, LongCall } from './helm.ts';
import { refusedToEnd } from './record-right.ts';
import { type Metadata, readBase, readMetadata, readValues } from './release-records.ts';
import { upgradeFailure } from './upgrade-errors.ts';
import { valuesFile, wholeValuesFile } from './values-file.ts';

/** Helm's words for a release at which another helm is, the second where that one has just begun: its record of the revision is there. */
const TAKEN = /another operation \(install\/upgrade\/rollback\) is in progress|release: already exists/;

const PROGRESS_MS = 30_000;
/** How far the clocks of two runners may be apart. */
const CLOCKS_MS = 60_000;

/** The revision that the upgrade builds on; refuses when its chart is not the one that the plan was made for. */
async function plannedBase(helm: Helm, request: UpgradeRequest, last: Metadata): Promise<Metadata> {
  const { intent, values } = request;
  const base = await readBase(helm, intent, last);
  const planned = new Set(values.map(({ deployedVersion }) => deployedVersion));
  if (planned.has(base.version)) return base;
  throw new Failure('plan-changed', {
    tried: `upgrade Helm release ${intent.namespace}/${intent.name}`,
    said: `version ${base.version} is deployed now; the plan was made for ${[...planned].join()}`,
    next: 'Someone upgraded the Space meanwhile. Plan again.',
  });
}

/**
 * Helm's flags. `--wait=legacy` of Helm 4 is Helm 3's `--wait`: the new watcher wants list and watch on every kind of the
 * chart and may wait in vain for custom resources that it can't judge (helm issue 32615). No `--install`: it would install a
 * second Space. No rollback on failure: it does not fit in the seconds that a cancelled job has, and would be left pending.
 */
function upgradeArgs(
  { version }: HelmProgram,
  request: UpgradeRequest,
  { chart, values, claim }: { readonly chart: string; readonly values: string; readonly claim: string },
  isAnew: boolean,
): readonly string[] {
  return [
    'upgrade',
    request.intent.name,
    chart,
    isAnew ? '--reset-values' : '--reset-then-reuse-values',
    `--values=${values}`,
    isHelm4(version) ? '--wait=legacy' : '--wait',
    `--timeout=${request.timeoutSeconds}s`,
    '--history-max=10',
    `--labels=${claim}`,
  ];
}

async function valuesOf(
  helm: Helm,
  request: UpgradeRequest,
  { revision }: Metadata,
  isAnew: boolean,
): Promise<string> {
  if (!isAnew) return valuesFile(request.values);
  return wholeValuesFile(await readValues(helm, request.intent, revision, 'own'), request.values);
}

/** Runs helm with a line each half minute. Its stdout holds the chart's notes, perhaps with values: it goes nowhere. */
async function run(helm: Helm, request: UpgradeRequest, args: readonly string[]): Promise<void> {
  const { clock, log } = helm.options;
  const { intent, timeoutSeconds } = request;
  const tried = `upgrade Helm release ${intent.namespace}/${intent.name}`;
  const started = clock.now();
  const progress = setInterval(() => {
    const seconds = Math.round((clock.now() - started) / 1000);
    log.info(`helm upgrade ${intent.name}: ${seconds} s so far, at most ${timeoutSeconds} s for the wait`);
  }, PROGRESS_MS).unref();
  try {
    const { code, stderr } = await helm.release(intent, tried, args, bounds(request));
    if (code === 0) return;
    if (TAKEN.test(stderr)) {
      throw await busy(helm, intent, { status: 'pending' });
    }
    throw upgradeFailure(helm, intent, stderr);
  } finally {
    clearInterval(progress);
  }
}

/** helm applies the timeout to hooks and to the wait each; the limit is for a helm that hangs. */
function limitMs({ timeoutSeconds }: UpgradeRequest): number {
  return (timeoutSeconds * 2 + 60) * 1000;
}

function bounds(request: UpgradeRequest): LongCall {
  const { name, namespace } = request.intent;
  const next = `helm was asked to stop, and marks the revision as failed where it has the time; a Windows runner ends it at once, and the revision may stay pending. See \`helm status ${name} --namespace ${namespace}\`; run again to finish, which says how to free a pending release.`;
  return { limit: { ms: limitMs(request), reason: 'timed-out', next }, interrupt: { next } };
}

/** The record must show a new revision that is deployed: helm's exit code alone is not proof. */
async function mustBeDeployed(helm: Helm, request: UpgradeRequest, before: number): Promise<void> {
  const { intent } = request;
  const after = await readMetadata(helm, intent);
  if (after !== undefined && after.status === 'deployed' && after.revision > before) {
    helm.options.log.info(
      `Helm release ${intent.name}: revision ${after.revision} is deployed (chart ${after.version})`,
    );
    return;
  }
  throw new Failure('rollout-failed', {
    tried: `upgrade Helm release ${intent.namespace}/${intent.name}`,
    said: `helm ended well, but its record says: ${after === undefined ? 'no release' : `revision ${after.revision}, ${after.status}`}`,
    next: `See \`helm history ${intent.name} --namespace ${intent.namespace}\`; another tool may manage this release.`,
  });
}

/** Waits for other operations, checks the chart, upgrades, then reads the record. */
export function createHelmWriter(helm: Helm, secrets: ReleaseSecrets): HelmWriter {
  let fetched: { readonly deployed: DeployedChart; readonly chart: Chart } | undefined;
  return {
    prepare: async (intent, deployed) => {
      const refused = await refusedToEnd(helm, secrets, intent);
      if (refused !== undefined) throw refused;
      fetched = { deployed, chart: await fetchChart(helm, intent, deployed) };
    },
    upgrade: async (request) => {
      const last = await waitUntilFree({ helm, secrets }, request);
      const base = await plannedBase(helm, request, last);
      const deployed = { name: base.chart, version: base.version };
      const isFetched =
        fetched?.deployed.name === deployed.name && fetched.deployed.version === deployed.version;
      const chart =
        fetched !== undefined && isFetched ? fetched.chart : await fetchChart(helm, request.intent, deployed);
      // Helm may have changed the values of the revision before, too, while the broken one was made.
      const isAnew = isBroken(last);
      const values = join(helm.options.directory, 'values.json');
      try {
        await writePrivate(values, await valuesOf(helm, request, base, isAnew));
        const until = helm.options.clock.now() + limitMs(request) + CLOCKS_MS;
        const claim = claimFor(last.revision + 1, until);
        const program = await helm.options.program;
        await run(helm, request, upgradeArgs(program, request, { chart: chart.path, values, claim }, isAnew));
      } finally {
        await rm(values, { force: true });
      }
      await mustBeDeployed(helm, request, last.revision);
    },
  };
}
