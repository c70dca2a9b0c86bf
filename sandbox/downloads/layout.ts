/** The paths of get.helm.sh and dl.k8s.io. */
import { basename } from 'node:path';
import type { Package, Platform } from './packages.ts';

/** What a path answers. */
export type Offer =
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'redirect'; readonly to: string };

/** The paths of get.helm.sh under `/helm` and of dl.k8s.io under `/kubernetes` (which redirects to a CDN). */
export function layout(helm: Package, kubectl: Package, { os, arch }: Platform): Map<string, Offer> {
  const archive = `/helm/${basename(helm.file)}`;
  const helmMajor = helm.version.split('.')[0]?.slice(1);
  const minor = kubectl.version.split('.').slice(0, 2).join('.').slice(1);
  const binary = `${kubectl.version}/bin/${os}/${arch}/kubectl${os === 'windows' ? '.exe' : ''}`;
  return new Map<string, Offer>([
    [archive, { kind: 'file', file: helm.file }],
    [`${archive}.sha256`, text(helm.sha256)],
    [`${archive}.sha256sum`, text(`${helm.sha256}  ${basename(helm.file)}\n`)],
    ['/helm/helm-latest-version', text(`${helm.version}\n`)],
    [`/helm/helm${helmMajor}-latest-version`, text(`${helm.version}\n`)],
    [`/kubernetes/release/${binary}`, { kind: 'redirect', to: `/cdn/${binary}` }],
    [`/cdn/${binary}`, { kind: 'file', file: kubectl.file }],
    [`/kubernetes/release/${binary}.sha256`, { kind: 'redirect', to: `/cdn/${binary}.sha256` }],
    [`/cdn/${binary}.sha256`, text(kubectl.sha256)],
    ['/kubernetes/release/stable.txt', text(kubectl.version)],
    [`/kubernetes/release/stable-${minor}.txt`, text(kubectl.version)],
  ]);
}

function text(value: string): Offer {
  return { kind: 'text', text: value };
}
