/** What would become of new pods: a dry run of the API server for each. Nothing is created. */
import pLimit from 'p-limit';
import type { Forecast, PodSample } from '../../model/evidence.ts';
import type { ClusterApi } from '../api/api.ts';
import { checkedName } from '../checked-name.ts';
import { type ErrorKind, errorKindOf, errorText } from '../stderr.ts';
import { podSchema } from './pod-schema.ts';
import { toRecord } from './workload-pods.ts';

const TRIED = 'try new pods in a dry run';
const SIDE_BY_SIDE = 10;
/** The parser counts this container, and none that another webhook adds. */
const CONTAINER = 'controller';

/** Kinds of error that are about one pod; others are about the call. */
const ABOUT_A_POD: ReadonlySet<ErrorKind> = new Set(['refused', 'webhook', 'other']);

/**
 * By namespace, one sample in each. Namespaces are absent in which the job may not make pods: after the first ten that all are, no
 * other is tried. Throws the explained Failure when the API server is out of reach, or takes no question at all.
 */
export async function forecastPods(
  api: ClusterApi,
  samples: readonly PodSample[],
): Promise<ReadonlyMap<string, Forecast>> {
  const [first, rest] = [samples.slice(0, SIDE_BY_SIDE), samples.slice(SIDE_BY_SIDE)];
  const found = await tryAll(api, first);
  return new Map([...found, ...(found.size === 0 ? [] : await tryAll(api, rest))]);
}

async function tryAll(
  api: ClusterApi,
  samples: readonly PodSample[],
): Promise<ReadonlyMap<string, Forecast>> {
  const inTurn = pLimit(SIDE_BY_SIDE);
  const tried = await Promise.allSettled(samples.map((sample) => inTurn(() => tryOne(api, sample))));
  const broken = tried.find((each) => each.status === 'rejected');
  if (broken !== undefined) throw broken.reason;
  const forecasts = tried.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  return new Map(
    samples.flatMap(({ namespace }, index): [string, Forecast][] => {
      const forecast = forecasts[index];
      return forecast === undefined ? [] : [[namespace, forecast]];
    }),
  );
}

/** Undefined where the job may not make pods. */
async function tryOne(api: ClusterApi, sample: PodSample): Promise<Forecast | undefined> {
  const path = `/api/v1/namespaces/${checkedName(sample.namespace, TRIED, 'a namespace')}/pods`;
  const { code, stderr, value } = await api.tryOut(TRIED, path, podOf(sample), podSchema);
  if (code === 0 && value !== undefined) return { kind: 'pod', pod: toRecord(value, [CONTAINER]) };
  const kind = errorKindOf(stderr);
  if (kind === 'forbidden') return undefined;
  if (!ABOUT_A_POD.has(kind)) throw api.failure(TRIED, stderr);
  return { kind: 'refused', said: errorText(stderr) };
}

/** What level `restricted` of pod security lets in, and what a quota that asks for requests and limits does. */
function podOf({ namespace, serviceAccount, labels }: PodSample): object {
  const resources = { cpu: '1m', memory: '1Mi' };
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { namespace, generateName: `${serviceAccount}-`, labels },
    spec: {
      serviceAccountName: serviceAccount,
      securityContext: { runAsNonRoot: true, runAsUser: 65_532, seccompProfile: { type: 'RuntimeDefault' } },
      containers: [
        {
          name: CONTAINER,
          image: 'registry.k8s.io/pause:3.10',
          resources: { requests: resources, limits: resources },
          securityContext: { allowPrivilegeEscalation: false, capabilities: { drop: ['ALL'] } },
        },
      ],
    },
  };
}
