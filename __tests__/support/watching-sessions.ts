/** What pods read with the sessions that they have and with those that they would get next, watched while a run happens. */
import type { Intent } from '../../src/model/config.ts';
import type { ControllerPod } from '../../src/model/host.ts';
import type { PolicyDocument } from '../../src/model/policy.ts';
import type { FakeSpace } from './fake-space.ts';
import { isOfController, type State } from './fake-state.ts';
import { ROLE_ARN } from './names.ts';
import { admits, permits, requestOf, sessionOf } from './trust-evaluation.ts';
import { ownExamples } from './watching.ts';

interface Session {
  readonly how: string;
  readonly keys: Readonly<Record<string, string>>;
  readonly narrowedBy?: PolicyDocument | undefined;
}

/** The session that a pod would get now; undefined when the trust policy gives it none, `absent` when nothing is there to ask by. */
function nextSession(
  state: State,
  { namespace, irsaRoleArn, podIdentity }: ControllerPod,
): Session | 'absent' | undefined {
  const trust = state.role?.trustPolicy;
  if (trust === undefined) return 'absent';
  if (irsaRoleArn !== undefined) {
    if (irsaRoleArn !== ROLE_ARN) return 'absent';
    return admits(trust, requestOf('irsa', namespace))
      ? { how: 'irsa', keys: sessionOf('irsa', namespace) }
      : undefined;
  }
  const its = state.associations.find((one) => isOfController(one) && one.namespace === namespace);
  if (!podIdentity || its?.roleArn !== ROLE_ARN) return 'absent';
  const tags = its.disableSessionTags ? {} : sessionOf('pod-identity', namespace);
  const { context, ...request } = requestOf('pod-identity', namespace);
  const untagged = Object.entries(context).filter(([key]) => !key.startsWith('aws:RequestTag/'));
  const asked = { ...request, context: its.disableSessionTags ? Object.fromEntries(untagged) : context };
  if (!admits(trust, asked)) return undefined;
  return { how: its.disableSessionTags ? 'policy' : 'tags', keys: tags, narrowedBy: its.sessionPolicy };
}

function canRead({ role }: State, { keys, narrowedBy }: Session, resource: string): boolean {
  const reads = (document: PolicyDocument): boolean =>
    permits(document, 'secretsmanager:GetSecretValue', resource, keys);
  const byRole = Object.values(role?.inlinePolicies ?? {}).some(reads);
  return byRole && (narrowedBy === undefined || reads(narrowedBy));
}

/** Collects every moment at which a live pod reads another's secrets, or not its own, whether its session is renewed or not. */
export function watchSessions({ state }: FakeSpace, intent: Intent): readonly string[] {
  const wrong: string[] = [];
  const held = new Map<string, Session>();
  const examples = ownExamples(state, intent);
  const look = (): void => {
    for (const pod of state.pods.filter((one) => !one.deleting)) {
      const now = nextSession(state, pod);
      const had = held.get(pod.uid);
      const next = now === 'absent' ? undefined : now;
      if (had !== undefined && now === undefined) wrong.push(`${pod.namespace} gets no session any more`);
      if (had === undefined && next !== undefined) held.set(pod.uid, next);
      for (const [owner, resource] of examples)
        for (const session of [had, next]) {
          if (session === undefined || canRead(state, session, resource) === (owner === pod.namespace))
            continue;
          wrong.push(
            `${pod.namespace} by ${session.how} ${owner === pod.namespace ? 'lost its own' : `read ${owner}`}`,
          );
        }
    }
  };
  state.watch = look;
  look();
  return wrong;
}
