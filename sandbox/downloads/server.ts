/** The sites that helm and kubectl are downloaded from, with the faults of a bad day. */
import { listen, requestUrl } from '../loopback.ts';
import { answer, type DownloadFault } from './answer.ts';
import { type Package, packHelm, packKubectl, thisPlatform } from './packages.ts';
import { layout } from './layout.ts';

export type { DownloadFault } from './answer.ts';

export interface Downloads {
  /** In place of `https://get.helm.sh`. */
  readonly helmUrl: string;
  /** In place of `https://dl.k8s.io/release`. */
  readonly kubectlUrl: string;
  readonly helm: Package;
  readonly kubectl: Package;
  readonly requests: { readonly path: string; readonly status: number }[];
  readonly faults: DownloadFault[];
  close(): Promise<void>;
}

export interface DownloadsOptions {
  /** Paths of the binaries to offer. */
  readonly helm: string;
  readonly kubectl: string;
  /** Directory that keeps packed files. */
  readonly cache: string;
  readonly log: (line: string) => void;
}

/** Offers the sandbox's helm and kubectl as their genuine download sites do. Every other version is 404. */
export async function startDownloads(options: DownloadsOptions): Promise<Downloads> {
  const platform = thisPlatform();
  const [helm, kubectl] = await Promise.all([
    packHelm(options.helm, options.cache, platform),
    packKubectl(options.kubectl, options.cache),
  ]);
  const offers = layout(helm, kubectl, platform);
  const requests: { path: string; status: number }[] = [];
  const faults: DownloadFault[] = [];

  const server = await listen(async (request, response) => {
    const path = requestUrl(request).pathname;
    const fault = faults.find((candidate) => candidate.times > 0 && candidate.path.test(path));
    if (fault) fault.times -= 1;
    await answer(response, { path, offer: offers.get(path), fault }, (status) => {
      requests.push({ path, status });
    });
  }, options);

  return {
    helmUrl: `${server.origin}/helm`,
    kubectlUrl: `${server.origin}/kubernetes/release`,
    helm,
    kubectl,
    requests,
    faults,
    close: () => server.close(),
  };
}
