/** What the jobs of a fleet may have left, and the report that is made of it. */
import { type JobFile, readJobFile } from '../../../src/fleet/report/files.ts';
import { gather } from '../../../src/fleet/report/gather.ts';
import type {
  ExpectedCluster,
  Fleet,
  FleetProblem,
  UnreachablePlace,
} from '../../../src/fleet/report/model.ts';

export const AT = '2026-11-28T05:17:00.000Z';

export const clusterName = (name: string, account = '111122223333') => ({
  name,
  arn: `arn:aws:eks:eu-central-1:${account}:cluster/${name}`,
  region: 'eu-central-1',
  account,
});

export const expectedOne = (name: string, account = '111122223333', label = name): ExpectedCluster => ({
  name,
  region: 'eu-central-1',
  account,
  label,
});

interface ChangeText {
  readonly id: string;
  readonly action: string;
  readonly severity?: string;
}

interface PlanParts {
  readonly mode?: string;
  readonly changes?: readonly ChangeText[];
  readonly controlPlanes?: readonly object[];
  readonly blockers?: readonly object[];
  readonly result?: object | undefined;
}

export const planText = (
  name: string,
  { mode = 'check', changes = [], ...more }: PlanParts = {},
): object => ({
  version: 1,
  mode,
  identity: 'irsa',
  cluster: clusterName(name),
  digest: 'sha256:0',
  changes,
  controlPlanes: [{ controlPlane: 'team/a', id: 'a', namespace: 'mxp-a-system' }],
  warnings: [],
  ...more,
});

export const checkOf = (status: string, controlPlane = 'team/a', namespace = 'mxp-a-system') => ({
  controlPlane,
  namespace,
  check: 'rollout',
  status,
  detail: 'seen',
});

export const verificationText = (...statuses: readonly string[]): object => ({
  verified: statuses.length > 0 && statuses.every((status) => status === 'pass'),
  checks: statuses.map((status) => checkOf(status)),
});

export const resultText = (verdict: string, name?: string, more: object = {}): object => ({
  version: 1,
  result: {
    verdict,
    ...(name !== undefined && { cluster: clusterName(name), label: name, mode: 'check' }),
    ...more,
  },
});

/** Texts by path, as objects or as they are. */
export type Left = Readonly<Record<string, object | string>>;

export function read(left: Left): { files: JobFile[]; problems: FleetProblem[] } {
  const all = Object.entries(left).map(([path, content]) =>
    readJobFile(path, typeof content === 'string' ? content : JSON.stringify(content)),
  );
  return {
    files: all.flatMap((one) => ('message' in one ? [] : [one])),
    problems: all.flatMap((one) => ('message' in one ? [one] : [])),
  };
}

export function fleetOf(
  expected: readonly ExpectedCluster[],
  left: Left = {},
  unreachable: readonly UnreachablePlace[] = [],
  searchFailure?: string,
): Fleet {
  return gather({ label: 'fleet', expected, unreachable, searchFailure, ...read(left) });
}
