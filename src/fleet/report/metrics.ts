/** The report as OpenMetrics text 1.0 (github.com/prometheus/OpenMetrics), for a node exporter's text file or a push gateway. */
import { type Fleet, type FleetRow, WORST_FIRST } from './model.ts';

const PREFIX = 'spaces_workload_identity';

type Labels = Readonly<Record<string, string>>;
type Sample = readonly [labels: Labels, value: number];

/** All are gauges: what was seen at one time. */
export function metricsDocument(fleet: Fleet): string {
  const { label: name, rows, planes } = fleet;
  const states = { in_sync: 'inSync', drifted: 'drifted', unknown: 'unknown' } as const;
  const ofStates = (labels: Labels, counts: Fleet['planes']): readonly Sample[] =>
    Object.entries(states).map(([state, key]) => [{ ...labels, state }, counts[key]]);
  const labelled = onceEach(name, rows);
  return [
    ...family(
      'fleet_clusters',
      'Clusters of the fleet by verdict.',
      WORST_FIRST.map((verdict) => [
        { fleet: name, verdict },
        rows.filter((row) => row.verdict === verdict).length,
      ]),
    ),
    ...family(
      'fleet_control_planes',
      'Control planes of the fleet by state.',
      ofStates({ fleet: name }, planes),
    ),
    ...family(
      'cluster_verdict',
      '1 for the verdict that the cluster has, 0 for every other.',
      labelled.flatMap(([row, labels]) =>
        WORST_FIRST.map((verdict): Sample => [{ ...labels, verdict }, row.verdict === verdict ? 1 : 0]),
      ),
    ),
    ...family(
      'cluster_control_planes',
      'Control planes of the cluster by state.',
      labelled.flatMap(([row, labels]) => ofStates(labels, row.planes)),
    ),
    ...family(
      'cluster_checked_timestamp_seconds',
      'When the cluster was looked at, in seconds since the epoch.',
      labelled.flatMap(([{ checkedAt }, labels]): readonly Sample[] =>
        checkedAt === '' ? [] : [[labels, Date.parse(checkedAt) / 1000]],
      ),
    ),
    '# EOF',
    '',
  ].join('\n');
}

/** Rows with their labels. Of some that have the same the worst, which comes first: no reader takes a file with a sample twice. */
function onceEach(name: string, rows: readonly FleetRow[]): readonly (readonly [FleetRow, Labels])[] {
  const labelled = rows.map((row) => [row, labelsOf(name, row)] as const);
  const groups = Map.groupBy(labelled, ([, labels]) => JSON.stringify(labels));
  return [...groups.values()].flatMap((same) => same.slice(0, 1));
}

function labelsOf(fleet: string, { cluster, region, account, label }: FleetRow): Labels {
  return { fleet, cluster, region, account, label };
}

function family(name: string, help: string, samples: readonly Sample[]): readonly string[] {
  const full = `${PREFIX}_${name}`;
  return [
    `# HELP ${full} ${help}`,
    `# TYPE ${full} gauge`,
    ...samples.map(([labels, value]) => `${full}{${labelsText(labels)}} ${value}`),
  ];
}

function labelsText(labels: Labels): string {
  return Object.entries(labels)
    .map(([name, value]) => `${name}="${escaped(value)}"`)
    .join(',');
}

/** In a label's value a backslash, a line feed and a quote are escaped, and nothing else. */
function escaped(value: string): string {
  return value
    .replaceAll('\\', String.raw`\\`)
    .replaceAll('"', String.raw`\"`)
    .replaceAll('\n', String.raw`\n`);
}
