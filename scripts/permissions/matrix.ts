/** All permissions of all jobs on one page. */
import { table } from '../markdown.ts';
import { iamPolicy } from './iam.ts';
import { PARTS, rulesOf, SCOPES } from './rbac.ts';
import { type Job, JOBS } from './uses.ts';

const HEAD = JOBS.map((job) => job.replace('-', ' ').replace('pod-identity', 'pod id.'));

/** The tables for docs/permissions.md: IAM actions, then Kubernetes verbs by resource. */
export function matrix(): string {
  return `${iamTable()}\n\n${rbacTable()}`;
}

function iamTable(): string {
  const granted = new Map(JOBS.map((job) => [job, actionsOf(job)]));
  const actions = [...new Set(JOBS.flatMap((job) => [...actionsOf(job)]))].toSorted();
  const rows = actions.map((action) => [
    `\`${action}\``,
    ...JOBS.map((job) => (granted.get(job)?.has(action) === true ? '●' : '')),
  ]);
  return table(['IAM', ...HEAD], rows);
}

function actionsOf(job: Job): ReadonlySet<string> {
  return new Set(iamPolicy(job).Statement.flatMap(({ Action }) => Action));
}

function rbacTable(): string {
  const cells = new Map(JOBS.map((job) => [job, verbsByResource(job)]));
  const resources = [...new Set(JOBS.flatMap((job) => [...(cells.get(job)?.keys() ?? [])]))]
    .filter((resource) => resource !== EVERYTHING)
    .toSorted();
  const rows = resources.map((resource) => [
    resource,
    ...JOBS.map((job) =>
      cells.get(job)?.has(EVERYTHING) === true ? 'all' : (cells.get(job)?.get(resource) ?? ''),
    ),
  ]);
  return table(['Kubernetes', ...HEAD], rows);
}

const EVERYTHING = '`*`';

function verbsByResource(job: Job): ReadonlyMap<string, string> {
  const entries = SCOPES.flatMap(({ scope, namespace }) =>
    PARTS.flatMap((part) => rulesOf(job, scope, part)).flatMap(
      ({ resources = [], resourceNames = [], verbs = [] }) =>
        resources.map((resource): [string, string] => {
          const names =
            resourceNames.length === 0 ? '' : ` ${resourceNames.map((name) => `\`${name}\``).join(', ')}`;
          const where = namespace === undefined ? '' : ` in \`${namespace}\``;
          return [`\`${resource}\`${names}${where}`, verbs.join(', ')];
        }),
    ),
  );
  return new Map(entries);
}
