/** Files put together to runs: what one job has left in one directory about one cluster. */
import type { JobFile, JobPlan, JobResult, JobVerification } from './files.ts';
import type { ClusterName, FleetProblem } from './model.ts';

export interface JobRun {
  readonly cluster: ClusterName;
  /** A file of it, for messages. */
  readonly path: string;
  readonly plan?: JobPlan;
  readonly verification?: JobVerification;
  readonly result?: JobResult;
}

export interface JobRuns {
  readonly runs: readonly JobRun[];
  readonly problems: readonly FleetProblem[];
}

/**
 * A job's artifact has one folder, so a verification that names no cluster is about the cluster of the folder's other files. Where
 * these are about several, it is told and not used.
 */
export function runsOf(files: readonly JobFile[]): JobRuns {
  const folders = [...Map.groupBy(files, ({ path }) => folderOf(path)).values()].map(inFolder);
  return {
    runs: folders.flatMap(({ runs }) => runs),
    problems: folders.flatMap(({ problems }) => problems),
  };
}

function folderOf(path: string): string {
  return path.slice(0, Math.max(path.lastIndexOf('/'), 0));
}

function keyOf({ name, region, account }: ClusterName): string {
  return JSON.stringify([name, region, account]);
}

function inFolder(files: readonly JobFile[]): JobRuns {
  const named = files.flatMap(({ cluster }) =>
    cluster === undefined ? [] : [[keyOf(cluster), cluster] as const],
  );
  const clusters = new Map(named);
  const [only] = clusters.size === 1 ? [...clusters.values()] : [];
  const problems: FleetProblem[] = [];
  const placed = files.flatMap((file) => {
    const cluster = file.cluster ?? (file.verification === undefined ? undefined : only);
    if (cluster !== undefined) return [{ file, cluster }];
    problems.push(ofNobody(file));
    return [];
  });
  const runs = [...Map.groupBy(placed, ({ cluster }) => keyOf(cluster)).values()].flatMap((group) =>
    group.slice(0, 1).flatMap(({ cluster }) =>
      together(
        cluster,
        group.map(({ file }) => file),
      ),
    ),
  );
  return { runs, problems };
}

function ofNobody({ path, verification, result }: JobFile): FleetProblem {
  const { failure } = result ?? {};
  if (failure !== undefined)
    return {
      path,
      message: `is of a job that failed before it knew its cluster (\`${failure.reason}\`): ${failure.said}`,
    };
  const what = verification === undefined ? 'a result' : 'a verification';
  return {
    path,
    message: `is ${what} that names no cluster, and no plan beside it tells which one it is about`,
  };
}

/** One of each kind that say the same of how the run ended make one run. Else nothing tells which belong together, so each is a run of its own. */
function together(cluster: ClusterName, files: readonly JobFile[]): readonly JobRun[] {
  const kinds = files.map(({ plan, verification }) =>
    plan !== undefined ? 'plan' : verification !== undefined ? 'verification' : 'result',
  );
  const results = files.flatMap(({ result }) => (result === undefined ? [] : [JSON.stringify(result)]));
  const isOneRun = new Set(kinds).size === files.length && new Set(results).size <= 1;
  const groups = isOneRun ? [files] : files.map((file) => [file]);
  return groups.map((group) => {
    const plan = group.find((file) => file.plan !== undefined)?.plan;
    const verification = group.find((file) => file.verification !== undefined)?.verification;
    const result = group.find((file) => file.result !== undefined)?.result;
    return {
      cluster,
      path: group.map(({ path }) => path).join(', '),
      ...(plan !== undefined && { plan }),
      ...(verification !== undefined && { verification }),
      ...(result !== undefined && { result }),
    };
  });
}
