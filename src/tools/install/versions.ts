/** Which versions of kubectl and helm fit a cluster. */
import semver from 'semver';

interface Row {
  readonly minor: number;
  readonly kubectl: string;
  readonly helm: string;
}

/**
 * To maintain, once per Kubernetes minor: add a row. `kubectl` is the newest patch known to be good, used when a mirror has no
 * `stable-X.Y.txt`; `helm` is the newest release whose own client (`k8s.io/client-go` in its go.mod) is at least that
 * minor and at most three minors newer. Helm 4 wherever a release of it fits.
 */
const ROWS: readonly Row[] = [
  { minor: 37, kubectl: 'v1.37.2', helm: 'v4.3.1' },
  { minor: 36, kubectl: 'v1.36.3', helm: 'v4.3.1' },
  { minor: 35, kubectl: 'v1.35.4', helm: 'v4.3.1' },
  { minor: 34, kubectl: 'v1.34.4', helm: 'v4.3.1' },
  { minor: 33, kubectl: 'v1.33.13', helm: 'v4.2.4' },
  { minor: 32, kubectl: 'v1.32.13', helm: 'v4.1.4' },
  { minor: 31, kubectl: 'v1.31.14', helm: 'v4.0.5' },
  { minor: 30, kubectl: 'v1.30.14', helm: 'v3.18.6' },
];

/** The Kubernetes minor that a helm line was built with. */
const HELM_LINES: Readonly<Record<string, number>> = {
  '3.14': 29,
  '3.15': 30,
  '3.16': 31,
  '3.17': 32,
  '3.18': 33,
  '3.19': 34,
  '3.20': 35,
  '3.21': 36,
  '3.22': 37,
  '4.0': 34,
  '4.1': 35,
  '4.2': 36,
  '4.3': 37,
};

/** The first release with `--reset-then-reuse-values`. */
const OLDEST_HELM = '3.14.0';
/** Hangs on hooks that delete themselves, and the Spaces chart has one (helm issue 32214, fixed in 4.2.2). */
const BROKEN_HELM = '4.2.1';

export interface FittingVersions {
  /** `X.Y` of the kubectl to take. */
  readonly kubectlMinor: string;
  /** An exact version known to exist; undefined for a minor newer than the table. */
  readonly kubectlKnown?: string;
  readonly helm: string;
  /** Says when the cluster is newer or older than the table. */
  readonly warning?: string;
}

/** What is wrong with a version: `refuse` must stop the run, `warning` need not. */
export interface VersionVerdict {
  readonly refuse?: string;
  readonly warning?: string;
}

/** The minor number of `1.35`, `v1.35.2` or `1.35+`; undefined when it isn't one. */
export function minorOf(version: string): number | undefined {
  const match = /^v?1\.(\d+)(?:[.+-]|$)/.exec(version);
  return match?.[1] === undefined ? undefined : Number(match[1]);
}

/** The versions for a cluster's `version` (`1.35`). A minor off the table gets the nearest row and a warning. */
export function versionsFor(serverVersion: string): FittingVersions {
  const newest = ROWS[0];
  const oldest = ROWS.at(-1);
  const minor = minorOf(serverVersion);
  if (newest === undefined || oldest === undefined || minor === undefined) {
    throw new RangeError(`"${serverVersion}" is not a Kubernetes version such as 1.35`);
  }
  const known = ROWS.find((row) => row.minor === minor);
  if (known !== undefined) {
    return { kubectlMinor: `1.${minor}`, kubectlKnown: known.kubectl, helm: known.helm };
  }
  const { helm } = minor > newest.minor ? newest : oldest;
  const warning =
    `Kubernetes 1.${minor} is outside of 1.${oldest.minor} to 1.${newest.minor}, which this release of the action knows. ` +
    `It takes helm ${helm}; set \`helm-version\` to choose another.`;
  return { kubectlMinor: `1.${minor}`, helm, warning };
}

/**
 * Whether a kubectl may be used with a cluster. It supports API servers one minor older or newer than itself (Kubernetes'
 * version skew policy); beyond that it mostly works, hence a warning only.
 */
export function checkKubectlVersion(version: string, serverVersion: string): VersionVerdict {
  const client = minorOf(version);
  const server = minorOf(serverVersion);
  if (client === undefined || server === undefined) {
    return { warning: `It is not known whether kubectl "${version}" fits Kubernetes "${serverVersion}".` };
  }
  if (Math.abs(client - server) <= 1) return {};
  return {
    warning: `kubectl ${version} is more than one minor away from the cluster's Kubernetes ${serverVersion}: leave \`kubectl-version\` out to have one that fits.`,
  };
}

/**
 * Whether a helm may be used: `refuse` for one without the flag we need or with the hook defect, `warning` for a cluster out
 * of its support, which is the minor it was built with and the three before (Helm's version support policy).
 */
export function checkHelmVersion(version: string, serverVersion: string): VersionVerdict {
  const clean = semver.coerce(version);
  if (clean === null) return { warning: `This helm tells no version that is understood: "${version}".` };
  if (semver.lt(clean, OLDEST_HELM)) {
    return {
      refuse: `helm ${version} is too old: \`--reset-then-reuse-values\` needs ${OLDEST_HELM} or newer`,
    };
  }
  if (semver.eq(clean, BROKEN_HELM)) {
    return { refuse: `helm ${BROKEN_HELM} hangs on chart hooks (helm issue 32214); 4.2.2 or newer does not` };
  }
  const built = HELM_LINES[`${clean.major}.${clean.minor}`];
  const server = minorOf(serverVersion);
  if (built === undefined || server === undefined) {
    return { warning: `It is not known whether helm ${version} fits Kubernetes "${serverVersion}".` };
  }
  if (server <= built && server >= built - 3) return {};
  return {
    warning: `helm ${version} was made for Kubernetes 1.${built - 3} to 1.${built}; the cluster runs ${serverVersion}: leave \`helm-version\` out to have one that fits.`,
  };
}

/** `v1.2.3` for `1.2.3` or `v1.2.3`; undefined for anything else. */
export function exactVersion(text: string): string | undefined {
  const clean = semver.valid(text.trim());
  return clean === null ? undefined : `v${clean}`;
}

/** Helm 4 has kinds of waiting; its `legacy` one is Helm 3's `--wait`. */
export function isHelm4(version: string): boolean {
  const clean = semver.coerce(version);
  return clean !== null && clean.major >= 4;
}
