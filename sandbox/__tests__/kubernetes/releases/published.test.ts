/** Addresses of official releases, and checksums in the forms of their sites. */
import { expect, test } from '@jest/globals';
import { digestIn, publishedOf, SITES } from '../../../kubernetes/releases/published.ts';

const VERSIONS = new Map([
  ['k8s.io/kubernetes', 'v1.35.4'],
  ['go.etcd.io/etcd/server/v3', 'v3.6.5'],
  ['helm.sh/helm/v4', 'v4.2.4'],
]);
const versions = (module: string): string => VERSIONS.get(module) ?? 'unknown';
const linux = { os: 'linux', arch: 'amd64' };
const urls = (binary: string, platform = linux): readonly string[] =>
  publishedOf(binary, versions, platform, SITES).map(({ url }) => url);

test('the servers, each with its checksum beside it', () => {
  expect(publishedOf('kubernetes', versions, linux, SITES)).toEqual([
    {
      program: 'etcd',
      url: 'https://github.com/etcd-io/etcd/releases/download/v3.6.5/etcd-v3.6.5-linux-amd64.tar.gz',
      sums: 'https://github.com/etcd-io/etcd/releases/download/v3.6.5/SHA256SUMS',
      member: 'etcd-v3.6.5-linux-amd64/etcd',
    },
    ...['kube-apiserver', 'kube-controller-manager', 'kube-scheduler'].map((program) => ({
      program,
      url: `https://dl.k8s.io/release/v1.35.4/bin/linux/amd64/${program}`,
      sums: `https://dl.k8s.io/release/v1.35.4/bin/linux/amd64/${program}.sha256`,
    })),
  ]);
});

test('kubectl and helm, for macOS too; the servers are for Linux alone', () => {
  const mac = { os: 'darwin', arch: 'arm64' };
  expect(urls('kubectl', mac)).toEqual(['https://dl.k8s.io/release/v1.35.4/bin/darwin/arm64/kubectl']);
  expect(urls('helm', mac)).toEqual(['https://get.helm.sh/helm-v4.2.4-darwin-arm64.tar.gz']);
  expect(urls('kubernetes', mac)).toEqual([]);
});

test.each(['kwok', 'registry'])('%s is built', (binary) => expect(urls(binary)).toEqual([]));

const DIGEST = 'a'.repeat(64);
const OTHER = 'b'.repeat(64);
test.each([
  ['a digest alone', DIGEST, DIGEST],
  ['a digest alone, with a line end', `${DIGEST}\n`, DIGEST],
  ['a line with a name', `${DIGEST}  helm.tar.gz\n`, DIGEST],
  ['one of many lines', `${OTHER}  other.tar.gz\n${DIGEST}  helm.tar.gz\n`, DIGEST],
  ['lines of others alone', `${OTHER}  other.tar.gz\n`, undefined],
  ['a page', '<html>', undefined],
  ['two digests without names', `${OTHER}\n${DIGEST}\n`, undefined],
  ['nothing', '', undefined],
])('a checksum file: %s', (_what, text, digest) => {
  expect(digestIn(text, 'https://get.helm.sh/helm.tar.gz')).toBe(digest);
});
