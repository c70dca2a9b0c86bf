/** What would become of new pods: one dry run of the API server for all, in one kubectl process. Nothing is created. */
import type { Forecast, PodSample } from '../../model/evidence.ts';
import { type ErrorKind, errorKindOf, errorText } from '../stderr.ts';
import { CALL_MS } from '../time-limits.ts';
import type { Kubectl } from './kubectl.ts';
import { podsInJson } from './pod-json.ts';
import { toRecord } from './workload-pods.ts';

/** kubectl takes one pod after the other. */
const EACH_MS = 1_000;
const TRIED = 'try new pods in a dry run';
/** The parser counts this container, and none that another webhook adds. */
const CONTAINER = 'controller';

/** `--validate`: the server validates anyway, and so no schema is fetched. */
const ARGS = ['create', '--dry-run=server', '--validate=false', '--filename=-', '--output=json'];

/** Kinds of error that are about one pod; others are about the call. */
const ABOUT_A_POD: ReadonlySet<ErrorKind> = new Set(['refused', 'webhook', 'other']);

/**
 * By namespace, one sample in each. Namespaces are absent in which the job may not make pods. Throws the explained Failure when
 * the API server is out of reach, or takes no question at all.
 */
export async function forecastPods(
  kubectl: Kubectl,
  samples: readonly PodSample[],
): Promise<ReadonlyMap<string, Forecast>> {
  if (samples.length === 0) return new Map();
  const limitMs = CALL_MS + samples.length * EACH_MS;
  const { stdout, stderr } = await kubectl.retry(TRIED, ARGS, { stdin: manifest(samples), limitMs });
  const found = podsInJson(stdout).map((pod) => toRecord(pod, [CONTAINER]));
  const pods = new Map(found.map((pod) => [pod.namespace, pod]));
  const without = samples.filter(({ namespace }) => !pods.has(namespace));
  const errors = errorsIn(stderr);
  // kubectl takes the pods in order, and says at its end what went wrong, in the same order.
  const isOneEach = errors.length === without.length;
  const refused = without.map(({ namespace }, index) => {
    const said = (isOneEach ? errors[index] : undefined) ?? stderr;
    return { namespace, said, kind: errorKindOf(said) };
  });
  const ofTheCall = refused.find(({ kind }) => kind !== 'forbidden' && !ABOUT_A_POD.has(kind));
  if (ofTheCall !== undefined) throw kubectl.failure(TRIED, ofTheCall.said);
  return new Map([
    ...[...pods].map(([namespace, pod]): [string, Forecast] => [namespace, { kind: 'pod', pod }]),
    ...refused
      .filter(({ kind }) => kind !== 'forbidden')
      .map(({ namespace, said }): [string, Forecast] => [
        namespace,
        { kind: 'refused', said: errorText(said) },
      ]),
  ]);
}

/** Each error that kubectl tells, with what it says of it on further lines. */
function errorsIn(stderr: string): readonly string[] {
  return stderr
    .split(/^(?=Error from server|[Ee]rror: |The Pod ")/m)
    .filter((text) => /^(The|[Ee]rror)/.test(text));
}

function manifest(samples: readonly PodSample[]): string {
  return JSON.stringify({ apiVersion: 'v1', kind: 'List', items: samples.map(podOf) });
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
