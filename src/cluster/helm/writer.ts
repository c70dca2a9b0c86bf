/** Upgrades the Space's Helm release. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReleaseIntent } from '../../model/config.ts';
import { Failure } from '../../model/failure.ts';
import type { HelmWriter, UpgradeRequest } from '../../model/ports.ts';
import { writePrivate } from '../../tools/private-files.ts';
import { isHelm4 } from '../../tools/install/versions.ts';
import { every, repeat } from '../../wait/repeat.ts';
import type { ReleaseSecrets } from '../release-secrets.ts';
import { markedFailed } from './abandoned-record.ts';
import { begunUntil, claimedUntil, claimFor, isBroken } from './claim.ts';
import { type Chart, type DeployedChart, fetchChart } from './fetch-chart.ts';
import type { Helm, HelmProgram, LongCall } from './helm.ts';
import { refusedToEnd } from './record-right.ts';
import { type Metadata, newestRevision, readBase, readMetadata, readValues } from './release-records.ts';
import { busyFailure, upgradeFailure } from './upgrade-errors.ts';
import { valuesFile, wholeValuesFile } from './values-file.ts';

/** Helm's words for a release at which another helm is, the second where that one has just begun: its record of the revision is there. */
const TAKEN = /another operation \(install\/upgrade\/rollback\) is in progress|release: already exists/;

const POLL_MS = 10_000;
const PROGRESS_MS = 30_000;
/** How far the clocks of two runners may be apart. */
const CLOCKS_MS = 60_000;

interface Writing {
  readonly helm: Helm;
  readonly secrets: ReleaseSecrets;
}

function isPending({ status }: Metadata): boolean {
  return status.startsWith('pending-') || status === 'uninstalling';
}

function missing({ intent }: UpgradeRequest): Failure {
  return new Failure('not-a-space', {
    tried: `upgrade Helm release ${intent.namespace}/${intent.name}`,
    said: 'there is no such release, or it was uninstalled',
    next: 'Check `helm-release` and `helm-namespace`. This action never installs a Space.',
  });
}

/** Names the revision that a rollback can return to. */
async function busy(
  helm: Helm,
  intent: ReleaseIntent,
  last: Pick<Metadata, 'status'> & Partial<Metadata>,
): Promise<Failure> {
  const { revision = 0, labels, status } = last;
  const until = claimedUntil({ revision, labels });
  return busyFailure(
    intent,
    { status, until },
    await newestRevision(helm, intent, ['deployed', 'superseded']),
  );
}

/** The release's last record once no other helm works on it. Waits as long as the request allows, then says how to free the release. */
async function waitUntilFree(writing: Writing, request: UpgradeRequest): Promise<Metadata> {
  const { helm } = writing;
  const { intent, timeoutSeconds } = request;
  const { clock, log } = helm.options;
  const deadline = clock.now() + timeoutSeconds * 1000;
  const last = await repeat({
    clock,
    pauses: every(POLL_MS),
    attempt: async () => {
      const answer = await readMetadata(helm, intent);
      if (answer === undefined || answer.status === 'uninstalled') throw missing(request);
      if (!isPending(answer)) return { answer };
      if (isAbandoned(answer, clock.now())) {
        const freed = await free(writing, request, answer);
        return isPending(freed) ? { answer: freed, retryUntil: deadline } : { answer: freed };
      }
      if (clock.now() < deadline) {
        log.info(
          `Helm release ${intent.name} is ${answer.status}: waiting for the other operation (at most ${timeoutSeconds} s)`,
        );
      }
      return { answer, retryUntil: deadline };
    },
  });
  if (isPending(last)) throw await busy(helm, intent, last);
  return last;
}

/** An upgrade of this action that was killed: whoever began it has ended by now. */
function isAbandoned(record: Metadata, now: number): boolean {
  const until = begunUntil(record);
  return until !== undefined && until <= now;
}

/**
 * Marks the killed upgrade as failed, in one act. To roll back could be killed half way itself, and would take back from the workloads
 * what the upgrade that follows brings again; without the record, nobody would know any more what has reached the cluster.
 */
async function free(
  { helm, secrets }: Writing,
  request: UpgradeRequest,
  abandoned: Metadata,
): Promise<Metadata> {
  const { intent } = request;
  const { name, namespace } = intent;
  const { revision } = abandoned;
  const record = `sh.helm.release.v1.${name}.v${revision}`;
  const failed = markedFailed(await secrets.read(namespace, record));
  if (failed !== undefined) {
    helm.options.log.warning(
      `Helm release ${namespace}/${name}: revision ${revision} was begun by a run of this action that did not end: it is marked as failed, and the release upgraded anew`,
    );
    await secrets.replace(namespace, record, failed);
  }
  const last = await readMetadata(helm, intent);
  if (last === undefined) throw missing(request);
  return last;
}

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
 * chart and may wait in vain for custom resources that it can't judge (helm issue 32615). No `--install`: it would found a
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
