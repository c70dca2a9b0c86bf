/** The forms of the `chart` input, told apart. */

export type ChartSource =
  | { readonly kind: 'oci'; readonly reference: string; readonly host: string }
  | { readonly kind: 'repository'; readonly url: string }
  | { readonly kind: 'archive-url'; readonly url: string }
  | { readonly kind: 'local'; readonly path: string };

/** A chart that has to be fetched. */
export type RemoteSource = Exclude<ChartSource, { readonly kind: 'local' }>;

/** The form of a `chart` input: whatever is no address is a path. */
export function chartSource(chart: string): ChartSource {
  const oci = /^oci:\/\/([^/]+)\/./.exec(chart);
  if (oci?.[1] !== undefined) return { kind: 'oci', reference: chart, host: oci[1] };
  if (!/^https?:\/\//.test(chart)) return { kind: 'local', path: chart };
  return chart.endsWith('.tgz') ? { kind: 'archive-url', url: chart } : { kind: 'repository', url: chart };
}
