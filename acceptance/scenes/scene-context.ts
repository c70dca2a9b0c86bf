/** Runs the built action as a runner does, as a job that has nothing but what is published for it. */
import { runAction, type RunResult } from '../../sandbox/runner.ts';
import type { Tool } from '../../sandbox/world/tools.ts';
import { waitFor } from '../../sandbox/kubernetes/wait.ts';
import type { Place } from '../run-context.ts';
import type { Inside } from '../steps/enter.ts';
import {
  credentialsOf,
  GROUP,
  type Identity,
  type Job,
  type Jobs,
  type Mode,
  publishedRights,
} from '../steps/jobs.ts';
import { CHART_VERSION, type Space } from '../steps/space.ts';

export interface SceneContext {
  readonly place: Place;
  readonly inside: Inside;
  readonly space: Space;
  readonly jobs: Jobs;
  readonly rights: Rights;
  /** Whether the cluster had no agent before: then it is there by this run alone. */
  readonly ownsAgent: boolean;
}

export type Inputs = Readonly<Record<string, string>>;
export type Run = Pick<RunResult, 'exitCode' | 'outputs' | 'log' | 'annotations'>;

/** Where an admission policy holds a right to patch Deployments; in other files there is no such right. */
const HELD: ReadonlySet<Job> = new Set(['apply-pod-identity', 'destroy-pod-identity']);

/** What the group may do in the cluster: one published file at a time. */
export class Rights {
  #now: Job | undefined;
  readonly #kubectl: Tool;
  readonly #namespace: string;

  constructor(kubectl: Tool, namespace: string) {
    this.#kubectl = kubectl;
    this.#namespace = namespace;
  }

  async give(job: Job): Promise<void> {
    if (this.#now === job) return;
    await this.takeAll();
    this.#now = job;
    await this.#kubectl(['apply', '--filename=-'], publishedRights(job));
    await this.#untilInForce(HELD.has(job));
  }

  async takeAll(): Promise<void> {
    if (this.#now === undefined) return;
    await this.#kubectl(['delete', '--filename=-', '--ignore-not-found'], publishedRights(this.#now));
    this.#now = undefined;
  }

  /** The API server takes a policy up, and lets it go, a moment later. */
  async #untilInForce(isHeld: boolean): Promise<void> {
    const scale = ['patch', 'deployment', 'external-secrets', `--namespace=${this.#namespace}`];
    const asMember = ['--as=somebody', `--as-group=${GROUP}`, '--as-group=system:authenticated'];
    await waitFor({
      what: `the admission policy to be ${isHeld ? 'in force' : 'gone'}`,
      timeoutMs: 120_000,
      intervalMs: 500,
      check: async () => {
        const args = [...asMember, ...scale, '--dry-run=server', '--patch={"spec":{"replicas":7}}'];
        return (await saidBy(this.#kubectl, args)).includes('ValidatingAdmissionPolicy') === isHeld;
      },
    });
  }
}

async function saidBy(kubectl: Tool, args: readonly string[]): Promise<string> {
  try {
    return await kubectl(args);
  } catch (error) {
    return String(error);
  }
}

export interface JobOptions {
  readonly mode: Mode;
  readonly identity: Identity;
  readonly inputs: Inputs;
  /** Rights in the cluster of another job: for an upgrade of the release that Pod Identity's own file does not allow. */
  readonly rightsOf?: Job;
}

/** One run of the action; whatever comes of it. */
export async function runJob(context: SceneContext, options: JobOptions): Promise<Run> {
  const { place, jobs, rights } = context;
  const { mode, identity } = options;
  const job: Job = `${mode}-${identity}`;
  await rights.give(options.rightsOf ?? job);
  const { accessKeyId, secretAccessKey, sessionToken = '' } = await credentialsOf(place, jobs, job);
  const { ports, signal } = place;
  const result = await runAction({
    inputs: { ...commonInputs(context), ...options.inputs, mode, identity },
    env: {
      ...ports.action.env,
      ...runnerEnvironment(ports.region),
      ...(ports.endpoint !== undefined && { AWS_ENDPOINT_URL: ports.endpoint }),
      AWS_ACCESS_KEY_ID: accessKeyId,
      AWS_SECRET_ACCESS_KEY: secretAccessKey,
      AWS_SESSION_TOKEN: sessionToken,
    },
    secrets: [secretAccessKey, sessionToken],
    toolCache: ports.action.toolCache,
    path: ports.action.path,
    signal,
  });
  await result.dispose();
  signal.throwIfAborted();
  return result;
}

function commonInputs({ place, space }: SceneContext): Inputs {
  return {
    'cluster-name': place.clusterName,
    'aws-region': place.ports.region,
    'role-path': place.names.rolePath,
    chart: space.chart,
    'chart-version': CHART_VERSION,
    'comment-on-pr': 'false',
    ...place.ports.action.inputs,
  };
}

/** As GitHub's runner has it, as far as the action reads it; of no repository. */
function runnerEnvironment(region: string): Readonly<Record<string, string>> {
  return {
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: 'workflow_dispatch',
    GITHUB_REPOSITORY: 'octo-org/acceptance',
    GITHUB_REF: 'refs/heads/main',
    GITHUB_RUN_ID: '1',
    AWS_REGION: region,
  };
}
