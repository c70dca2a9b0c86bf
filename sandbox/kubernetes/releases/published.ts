/** Where the projects publish what the sandbox runs, and the checksums of it. */
import { basename } from 'node:path';

export interface Download {
  /** What it is called in the sandbox. */
  readonly program: string;
  readonly url: string;
  /** A file with its SHA-256: the digest alone, or lines of digests and names. */
  readonly sums: string;
  /** The program in an archive; absent where the file itself is the program. */
  readonly member?: string;
}

/** Addresses of the sites, or of mirrors with the same paths. */
export interface Sites {
  readonly kubernetes: string;
  readonly etcd: string;
  readonly helm: string;
}

export interface Platform {
  /** As Go names it: `linux`. */
  readonly os: string;
  /** As Go names it: `amd64`. */
  readonly arch: string;
}

export const SITES: Sites = {
  kubernetes: 'https://dl.k8s.io/release',
  etcd: 'https://github.com/etcd-io/etcd/releases/download',
  helm: 'https://get.helm.sh',
};

const SERVERS = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'];

/** The version of a Go module that go.mod requires. */
type Versions = (module: string) => string;

/**
 * By the name of what is built otherwise. Kubernetes' servers are published for Linux alone; KWOK without checksums, and so it is built,
 * as the registry is, which is the sandbox's own.
 */
export function publishedOf(
  binary: string,
  versions: Versions,
  platform: Platform,
  sites: Sites,
): readonly Download[] {
  switch (binary) {
    case 'kubernetes':
      return platform.os === 'linux' ? servers(versions, platform, sites) : [];
    case 'kubectl':
      return [ofKubernetes('kubectl', versions, platform, sites)];
    case 'helm':
      return [ofHelm(versions('helm.sh/helm/v4'), platform, sites)];
    default:
      return [];
  }
}

function servers(versions: Versions, { os, arch }: Platform, sites: Sites): readonly Download[] {
  const version = versions('go.etcd.io/etcd/server/v3');
  const name = `etcd-${version}-${os}-${arch}`;
  const etcd = {
    program: 'etcd',
    url: `${sites.etcd}/${version}/${name}.tar.gz`,
    sums: `${sites.etcd}/${version}/SHA256SUMS`,
    member: `${name}/etcd`,
  };
  return [etcd, ...SERVERS.map((program) => ofKubernetes(program, versions, { os, arch }, sites))];
}

function ofKubernetes(program: string, versions: Versions, { os, arch }: Platform, sites: Sites): Download {
  const url = `${sites.kubernetes}/${versions('k8s.io/kubernetes')}/bin/${os}/${arch}/${program}`;
  return { program, url, sums: `${url}.sha256` };
}

function ofHelm(version: string, { os, arch }: Platform, sites: Sites): Download {
  const url = `${sites.helm}/helm-${version}-${os}-${arch}.tar.gz`;
  return { program: 'helm', url, sums: `${url}.sha256sum`, member: `${os}-${arch}/helm` };
}

/** The digest of a file in what a site says of its files; undefined when it says none. */
export function digestIn(sums: string, url: string): string | undefined {
  const lines = sums
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([digest = '']) => /^[0-9a-f]{64}$/.test(digest));
  const named = lines.find(([, name]) => name === basename(url));
  const alone = lines.length === 1 && lines[0]?.length === 1 ? lines[0] : undefined;
  return (named ?? alone)?.[0];
}
